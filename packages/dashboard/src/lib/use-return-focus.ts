import { useState } from 'react';

/**
 * For dialogs that stand on the page only while they are open, and so know of no button that opened them: whatever
 * had the focus before gets it back, or the page when that is gone. Goes to `onCloseAutoFocus`.
 */
export function useReturnFocus(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    const isThere = before !== document.body && before?.isConnected === true;
    const next = isThere ? before : document.querySelector('main');
    if (next instanceof HTMLElement) next.focus();
  };
}
