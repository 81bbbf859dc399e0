import { useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { usePaused } from '../lib/use-paused.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Button } from '../ui/button.tsx';
import { INPUT } from '../ui/look.ts';
import {
  entryList,
  SEPARATORS,
  withEntries,
  type EntryKind,
  type EntryList,
} from './entry-list.ts';
import { asSentence, elementId, type Faults } from './faults.ts';
import { FaultText } from './field-group.tsx';

const words = fieldTexts.entries;

export interface EntriesFieldProps {
  value: EntryList;
  onChange: (list: EntryList) => void;
  /** Of the field as a whole. */
  fault?: string | undefined;
  /** What the server says of entries, by entry. */
  entryFaults?: Faults;
}

interface Props extends EntriesFieldProps {
  pointer: string;
  label: string;
  hint: string;
  kind: EntryKind;
}

/** Entries become a list of their own as they are typed or pasted, and each is checked at once. */
export function EntriesField(props: Props) {
  const { pointer, label, hint, kind, value, onChange, fault, entryFaults = {} } = props;
  const id = elementId(pointer);
  const [said, setSaid] = useState('');
  const paused = usePaused(value.typed);
  const wrong = paused === '' || paused !== value.typed ? null : kind.faultOf(paused);
  const add = (text: string) => {
    const added = withEntries(kind, value, text);
    setSaid(added.said);
    onChange(added.list);
  };
  const change = (typed: string) =>
    SEPARATORS.test(typed) ? add(typed) : onChange({ ...value, typed });
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (!SEPARATORS.test(text.trim())) return;
    event.preventDefault();
    add(`${value.typed} ${text}`);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || value.typed === '') return;
    event.preventDefault();
    add(value.typed);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          value={value.typed}
          onChange={(event) => change(event.target.value)}
          onPaste={paste}
          onKeyDown={press}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-hint ${id}-state ${id}-fault`}
          className={`${INPUT} h-10 min-w-0 flex-1 px-3 font-mono aria-invalid:border-bad`}
        />
        <Button disabled={value.typed.trim() === ''} onClick={() => add(value.typed)}>
          {words.add}
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-sm text-muted">
        {hint}
      </p>
      <FaultText id={`${id}-fault`}>{fault}</FaultText>
      <p
        id={`${id}-state`}
        role="status"
        className={wrong === null ? 'text-sm text-muted empty:hidden' : 'text-sm text-warn'}
      >
        {wrong === null ? said : asSentence(wrong)}
      </p>
      <Entries
        {...{ label, kind, entryFaults }}
        entries={value.entries}
        onChange={(entries) => onChange({ ...value, entries })}
        onEmptied={() => document.getElementById(id)?.focus()}
      />
    </div>
  );
}

interface EntriesProps {
  label: string;
  kind: EntryKind;
  entryFaults: Faults;
  entries: readonly string[];
  onChange: (entries: readonly string[]) => void;
  /** What had the focus is gone. */
  onEmptied: () => void;
}

function Entries({ label, kind, entryFaults, entries, onChange, onEmptied }: EntriesProps) {
  if (entries.length === 0) return null;
  const change = (changed: readonly string[]) => {
    onEmptied();
    onChange(changed);
  };
  return (
    <ul aria-label={label} className="flex flex-wrap gap-2">
      {entries.map((entry) => {
        const others = entries.filter((other) => other !== entry);
        const fault = kind.faultOf(entry) ?? entryFaults[entry];
        const meant = fault === undefined ? null : (kind.suggestionFor?.(entry) ?? null);
        return (
          <Entry
            key={entry}
            entry={entry}
            fault={fault}
            meant={meant}
            onUse={(better) => change(withEntries(kind, entryList(others), better).list.entries)}
            onRemove={() => change(others)}
          />
        );
      })}
    </ul>
  );
}

interface EntryProps {
  entry: string;
  fault: string | undefined;
  /** What to put in its place; null: nobody can tell. */
  meant: string | null;
  onUse: (meant: string) => void;
  onRemove: () => void;
}

function Entry({ entry, fault, meant, onUse, onRemove }: EntryProps) {
  return (
    <li
      className={`grid max-w-full rounded-md border pl-3 text-sm ${fault === undefined ? 'border-line bg-surface' : 'basis-full border-bad bg-bad-soft'}`}
    >
      <div className="flex items-center justify-between gap-1">
        <span className="min-w-0 break-all py-1 font-mono">{entry}</span>
        <button
          type="button"
          aria-label={fill(words.remove, { entry })}
          onClick={onRemove}
          className="grid size-8 shrink-0 place-content-center rounded-md text-muted hover:text-text"
        >
          <span aria-hidden>✕</span>
        </button>
      </div>
      {fault !== undefined && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-2.5 pr-3">
          <span className="min-w-0 break-words">{asSentence(fault)}</span>
          {meant !== null && (
            <Button className="max-w-full truncate" onClick={() => onUse(meant)}>
              {fill(words.use, { entry: meant })}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
