import { Dialog } from 'radix-ui';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { paletteKeys } from '../lib/use-shortcuts.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { Keys } from './keys.tsx';
import { DIALOG, OVERLAY } from './look.ts';

const { title, palette, search, help, messages, close, choose, done } = texts.shortcuts;

const SHORTCUTS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  [palette, paletteKeys],
  [search, ['/']],
  [choose, ['↑', '↓', '↵']],
  [close, ['Esc']],
  [messages, ['F8']],
  [help, ['?']],
];

/** What can be done with the keyboard beyond what every page does. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const giveBack = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveBack}
          className={`${DIALOG} max-w-md gap-4`}
        >
          <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
          <dl className="divide-y divide-line text-sm">
            {SHORTCUTS.map(([name, keys]) => (
              <div key={name} className="flex items-center justify-between gap-4 py-2.5">
                <dt>{name}</dt>
                <dd>
                  <Keys of={keys} />
                </dd>
              </div>
            ))}
          </dl>
          <Dialog.Close asChild>
            <Button className="justify-self-end">{done}</Button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
