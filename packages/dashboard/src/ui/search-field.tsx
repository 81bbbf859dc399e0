import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { isDialogOpen, isTyping } from '../lib/use-shortcuts.ts';
import { TYPING_MS } from '../lib/use-paused.ts';
import { texts } from '../texts.ts';
import { INPUT } from './look.ts';

interface SearchFieldProps {
  label: string;
  /** As the address has it. */
  q: string;
  onSearch: (q: string) => void;
  className?: string;
}

/** Searches once the typing pauses. `/` leads here from anywhere on the page, Escape clears it. */
export function SearchField({
  label,
  q,
  onSearch,
  className = 'w-full max-w-xs',
}: SearchFieldProps) {
  const [typed, setTyped] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  // The address changed by other means, such as the browser's back button.
  useEffect(() => setTyped(q), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => onSlash(() => field.current?.focus()), []);
  const type = (text: string, afterMs = TYPING_MS) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(text.trim()), afterMs);
  };
  const clearOnEscape = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Escape' || typed === '') return;
    event.preventDefault();
    type('', 0);
  };
  return (
    <div className={`relative ${className}`}>
      <input
        ref={field}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        title={texts.shortcuts.searchWith}
        placeholder={label}
        value={typed}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
        onKeyDown={clearOnEscape}
        className={`${INPUT} peer h-9 w-full px-3`}
      />
      <kbd
        aria-hidden
        className="pointer-events-none absolute right-2 top-2 hidden rounded border border-line px-1.5 font-sans text-xs leading-4.5 text-muted peer-placeholder-shown:sm:block peer-focus:hidden"
      >
        /
      </kbd>
    </div>
  );
}

/** Not while something is typed, and not from under a dialog. */
function onSlash(act: () => void): () => void {
  const press = (event: globalThis.KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (key !== '/' || ctrlKey || metaKey || altKey || isTyping(event) || isDialogOpen()) return;
    event.preventDefault();
    act();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}
