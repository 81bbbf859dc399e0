import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { texts } from '../texts.ts';
import { INPUT } from '../ui/look.ts';

/** Long enough for a word, short enough not to be noticed. */
const TYPING_MS = 250;

/** Searches once the typing pauses. `/` leads here from anywhere on the page, Escape clears it. */
export function KeySearch({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
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
    <div className="relative col-span-2 sm:min-w-44 sm:max-w-72 sm:flex-1">
      <input
        ref={field}
        type="search"
        aria-label={texts.keys.search}
        aria-keyshortcuts="/"
        title={texts.keyList.shortcut}
        placeholder={texts.keys.search}
        value={typed}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
        onKeyDown={clearOnEscape}
        className={`${INPUT} peer h-9 w-full px-3`}
      />
      <kbd
        aria-hidden
        className="pointer-events-none absolute right-2 top-2 hidden rounded border border-line px-1.5 text-xs leading-4.5 text-muted peer-placeholder-shown:sm:block peer-focus:hidden"
      >
        /
      </kbd>
    </div>
  );
}

/** Not while something is typed, and not from under a dialog. */
function onSlash(act: () => void): () => void {
  const listen = (event: globalThis.KeyboardEvent) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== '/' || ctrlKey || metaKey || altKey) return;
    if (!(target instanceof Element)) return;
    if (target.closest('input, textarea, select, [contenteditable], [role$=dialog], [role=menu]')) {
      return;
    }
    event.preventDefault();
    act();
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
}
