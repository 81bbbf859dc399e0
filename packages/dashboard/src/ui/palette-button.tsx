import { paletteKeys } from '../lib/use-shortcuts.ts';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';

/** Shows its shortcut where there is room, so that it is learnt. */
export const PaletteButton = ({ onOpen }: { onOpen: () => void }) => (
  <button
    type="button"
    aria-keyshortcuts="Control+K Meta+K"
    aria-haspopup="dialog"
    onClick={onOpen}
    className="flex h-9 min-w-9 items-center justify-center gap-2.5 rounded-md border border-line bg-surface text-sm text-muted transition-colors hover:bg-sunken hover:text-text md:w-56 md:justify-start md:px-2.5"
  >
    <Icon of="search" />
    <span className="flex-1 text-left max-md:sr-only">{texts.palette.button}</span>
    <span aria-hidden className="max-md:hidden">
      <Keys of={paletteKeys} />
    </span>
  </button>
);
