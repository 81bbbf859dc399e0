import { fill, counted } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';

const words = fieldTexts.entries;

/** A list that is typed or pasted: what is in it, and what is being typed. */
export interface EntryList {
  readonly entries: readonly string[];
  readonly typed: string;
}

/** What entries of a list are. */
export interface EntryKind {
  /** Worded to follow the field's name; null: none. */
  readonly faultOf: (entry: string) => string | null;
  /** Entries with the same form are the same. Only for those without a fault. */
  readonly canonical: (entry: string) => string;
  /** What was probably meant by one with a fault. */
  readonly suggestionFor?: (entry: string) => string | null;
  readonly max: number;
}

export const entryList = (entries: readonly string[]): EntryList => ({ entries, typed: '' });

/** What separates entries: commas, semicolons, spaces, line breaks. */
export const SEPARATORS = /[\s,;]+/;

export interface Added {
  readonly list: EntryList;
  /** What happened, to be read out. */
  readonly said: string;
}

/** Takes up what a text lists. What is there already is left out. */
export function withEntries(kind: EntryKind, { entries }: EntryList, text: string): Added {
  const formOf = (entry: string) => (kind.faultOf(entry) === null ? kind.canonical(entry) : entry);
  const forms = new Set(entries.map(formOf));
  const given = text.split(SEPARATORS).filter((entry) => entry !== '');
  const fresh = given.filter((entry) => {
    const form = formOf(entry);
    return !forms.has(form) && forms.add(form);
  });
  const twice = given.length - fresh.length;
  return {
    list: { entries: [...entries, ...fresh], typed: '' },
    said: [
      fresh.length > 0 && counted(words.added, fresh.length),
      twice > 0 && counted(words.twice, twice),
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** With what is being typed taken up, as sending it means that it is finished. */
export const settled = (kind: EntryKind, list: EntryList): EntryList =>
  list.typed.trim() === '' ? { ...list, typed: '' } : withEntries(kind, list, list.typed).list;

/** Of a settled list. */
export function entriesFault(kind: EntryKind, { entries }: EntryList): string | null {
  if (entries.length > kind.max) {
    return fill(words.many, { count: String(entries.length), max: String(kind.max) });
  }
  return entries.some((entry) => kind.faultOf(entry) !== null) ? words.faulty : null;
}
