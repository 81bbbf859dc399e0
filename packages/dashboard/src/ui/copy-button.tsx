import { useEffect, useState, type MouseEvent } from 'react';
import { fill, texts } from '../texts.ts';
import { Button } from './button.tsx';

const SHOWN_MS = 2_000;
const words = texts.reveal;

/** `what`: what is copied, as it is called. It stands in a `code` or `pre` beside the button. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<'copied' | 'selected' | null>(null);
  useEffect(() => {
    if (state !== 'copied') return undefined;
    const timer = setTimeout(() => setState(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async ({ currentTarget }: MouseEvent) => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // There is no clipboard over http, and it may be denied.
      const shown = currentTarget.closest('[data-copied]')?.querySelector('code, pre');
      if (shown) getSelection()?.selectAllChildren(shown);
      setState('selected');
    }
  };
  return (
    <>
      <Button onClick={copy} aria-label={fill(words.copyWhat, { what })} className="min-w-20">
        {state === null ? words.copy : words[state]}
      </Button>
      <span role="status" className="sr-only">
        {state === 'copied' && words.copied}
        {state === 'selected' && words.byHand}
      </span>
    </>
  );
}
