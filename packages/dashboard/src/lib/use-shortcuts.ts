import { useEffect } from 'react';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** What opens the palette on this machine. */
export const paletteKeys: readonly string[] = isApple ? ['⌘', 'K'] : ['Ctrl', 'K'];

const FIELDS = 'input, textarea, select, [contenteditable]';

/** A dialog has to be answered first: it may show what is not shown again. */
const DIALOGS = '[role=dialog], [role=alertdialog]';

export const isDialogOpen = (): boolean => document.querySelector(DIALOGS) !== null;

export const isTyping = ({ target }: Event) =>
  target instanceof Element && target.closest(FIELDS) !== null;

/** From every page: the palette, and `?`, which is a letter where one types. */
export function useShortcuts(onPalette: () => void, onHelp: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      const withCommand = isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey;
      const isPalette = key.toLowerCase() === 'k' && withCommand && !altKey && !shiftKey;
      const isHelp = key === '?' && !ctrlKey && !metaKey && !altKey && !isTyping(event);
      if (!isPalette && !isHelp) return;
      event.preventDefault();
      if (isDialogOpen()) return;
      if (isPalette) onPalette();
      else onHelp();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [onPalette, onHelp]);
}
