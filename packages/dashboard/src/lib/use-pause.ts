import { useEffect, useState } from 'react';

/** Long enough for a word, short enough not to be noticed. */
const TYPING_MS = 350;

/** What somebody types, once they pause. */
export function usePause(typed: string): string {
  const [paused, setPaused] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return paused;
}
