import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { isDialogOpen } from './use-shortcuts.ts';
import { texts } from '../texts.ts';

/** "API keys · Acme · Claviger" */
export function useTitle(...parts: readonly (string | null)[]): void {
  const title = [...parts, texts.product].filter(Boolean).join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

interface PageName {
  /** Of the element that holds the page. */
  readonly main: RefObject<HTMLElement | null>;
  /** What the page calls itself in its first heading; empty until it does. */
  readonly heading: string;
  /** To be read out: the heading, for whoever came from another page. Of the first one the browser says the title. */
  readonly news: string;
}

/**
 * Reads the name of the page from its heading, so that no page has to say it twice, and takes whoever comes to a
 * page there: the next Tab begins at its top, not at the link that led to it.
 */
export function usePageName(): PageName {
  const main = useRef<HTMLElement>(null);
  const [heading, setHeading] = useState('');
  const [hasMoved, setMoved] = useState(false);
  const router = useRouter();
  useEffect(() => {
    const read = () => setHeading(main.current?.querySelector('h1')?.textContent.trim() ?? '');
    const observer = new MutationObserver(read);
    if (main.current !== null) {
      observer.observe(main.current, { childList: true, subtree: true, characterData: true });
    }
    read();
    return () => observer.disconnect();
  }, []);
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!pathChanged || fromLocation === undefined) return;
        setMoved(true);
        // A page may have put the focus where it wants it, and somebody quick be typing in the palette already.
        const isThere = main.current?.contains(document.activeElement) === true;
        if (!isThere && !isDialogOpen()) main.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  return { main, heading, news: hasMoved ? heading : '' };
}
