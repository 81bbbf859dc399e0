import { useEffect, useRef } from 'react';
import { onSignedIn, providerAddress } from './sign-in.ts';

const WINDOW = 'popup,width=520,height=720';

/** Opens the provider's page beside this one, on which nothing is lost. `onDone`: they signed in there. */
export function useProviderWindow(onDone: () => void, again: boolean): () => Promise<void> {
  const latest = useRef(onDone);
  useEffect(() => {
    latest.current = onDone;
  });
  useEffect(() => onSignedIn(() => latest.current()), []);
  return async () => {
    // At once, or the browser takes it for one that nobody asked for.
    const opened = window.open('', '_blank', WINDOW);
    try {
      const address = await providerAddress('/sign-in/done', again);
      opened?.location.replace(address);
    } catch (error) {
      opened?.close();
      throw error;
    }
  };
}
