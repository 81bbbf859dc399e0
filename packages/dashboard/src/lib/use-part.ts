import { useEffect, useRef, useState } from 'react';

/**
 * A part of the page whose script is loaded when it is first wanted; null until then. `onFail`: it could not be had,
 * and is asked for again when it is wanted the next time. `React.lazy` would take the page down, and never ask again.
 */
export function usePart<Part>(
  load: () => Promise<Part>,
  wanted: boolean,
  onFail: () => void,
): Part | null {
  const [part, setPart] = useState<Part | null>(null);
  const given = useRef({ load, onFail });
  given.current = { load, onFail };
  const missing = wanted && part === null;
  useEffect(() => {
    if (!missing) return undefined;
    let isGone = false;
    given.current.load().then(
      (loaded) => !isGone && setPart(() => loaded),
      () => !isGone && given.current.onFail(),
    );
    return () => {
      isGone = true;
    };
  }, [missing]);
  return part;
}
