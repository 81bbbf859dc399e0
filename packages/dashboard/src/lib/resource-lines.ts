import { idPatterns } from '@claviger/contract/rules';
import { fill, texts } from '../texts.ts';

/** At once: each is a request, and somebody waits for them all. */
export const MAX_LINES = 1_000;

export interface ResourceLine {
  /** Counted from 1, as in an editor. */
  readonly line: number;
  /** As it was pasted. */
  readonly text: string;
  readonly id: string;
  readonly name: string;
  /** Why it cannot be sent; null: it can. */
  readonly fault: string | null;
}

/**
 * Reads pasted lines of `id,name`; a tab or a semicolon separates too, as spreadsheets write them. The name may
 * stand in quotes, with a quote in it doubled (RFC 4180). Empty lines and a line of headings are left out.
 */
export function readResourceLines(pasted: string): ResourceLine[] {
  const lineOf = new Map<string, number>();
  return pasted.split(/\r\n|\n|\r/).flatMap((text, index) => {
    const line = index + 1;
    const [, id = '', rest = ''] = /^\s*"?([^,;\t"]*?)"?\s*(?:[,;\t]\s*(.*))?$/.exec(text) ?? [];
    const name = unquoted(rest.trim());
    const isHeading = lineOf.size === 0 && /^id$/i.test(id) && /^name$/i.test(name);
    if (text.trim() === '' || isHeading) return [];
    const first = lineOf.get(id);
    if (first === undefined) lineOf.set(id, line);
    return [{ line, text, id, name, fault: faultOf(id, name, first) }];
  });
}

function faultOf(id: string, name: string, first: number | undefined): string | null {
  if (!idPatterns.platform.test(id)) return texts.resources.faults.badId;
  if (name === '') return texts.resources.faults.noName;
  if (first === undefined) return null;
  return fill(texts.resources.faults.twice, { line: String(first) });
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll('""', '"').trim()
    : text;
