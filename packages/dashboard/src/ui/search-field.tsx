import { useEffect, useRef, useState } from 'react';
import { TYPING_MS } from '../lib/use-paused.ts';
import { INPUT } from './look.ts';

interface SearchFieldProps {
  label: string;
  /** As the address has it. */
  q: string;
  onSearch: (q: string) => void;
}

/** Searches once the typing pauses. */
export function SearchField({ label, q, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed by other means, such as the browser's back button.
  useEffect(() => setTyped(q), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(text.trim()), TYPING_MS);
  };
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.target.value)}
      className={`${INPUT} h-9 w-full max-w-xs px-3`}
    />
  );
}
