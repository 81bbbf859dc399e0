import { useState } from 'react';

/**
 * For dialogs that stand on the page only while they are open, and so know of no button that opened them: whatever
 * had the focus before gets it back, or the page when that is gone. Goes to `onCloseAutoFocus`.
 */
export function useReturnFocus(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    // One dialog follows upon another, and has the focus already.
    if (document.activeElement?.closest('[role=dialog], [role=alertdialog]')) return;
    const isThere = before !== document.body && before?.isConnected === true;
    const next = isThere ? before : document.querySelector('main');
    if (next instanceof HTMLElement) next.focus();
  };
}
