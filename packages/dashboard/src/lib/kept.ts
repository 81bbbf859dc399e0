import { useState } from 'react';

/**
 * A list of words that this browser remembers; null: nothing was chosen. Where storage is closed or holds something
 * else, it is as if nothing was.
 */
export function useKept(name: string): [string[] | null, (words: string[] | null) => void] {
  const [words, setWords] = useState(() => read(name));
  return [
    words,
    (changed) => {
      setWords(changed);
      write(name, changed);
    },
  ];
}

function read(name: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return Array.isArray(kept) ? kept.filter((word) => typeof word === 'string') : null;
  } catch {
    return null;
  }
}

function write(name: string, words: string[] | null): void {
  try {
    if (words === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(words));
  } catch {
    // It is remembered as long as the page is open.
  }
}
