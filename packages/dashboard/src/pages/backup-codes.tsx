import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { download } from '../lib/download.ts';
import { focusDialog } from '../lib/focus-dialog.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DIALOG, OVERLAY } from '../ui/look.ts';

const words = texts.account.secondFactor.codes;

/** Shows them once. Whoever renders it forgets them when `onDone` is called. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const [stored, setStored] = useState(false);
  const giveBack = useReturnFocus();
  const text = `${codes.join('\n')}\n`;
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content
          // There is no second chance, so Escape does not close it.
          onOpenAutoFocus={focusDialog}
          onCloseAutoFocus={giveBack}
          onEscapeKeyDown={(event) => event.preventDefault()}
          className={`${DIALOG} max-w-md gap-4`}
        >
          <AlertDialog.Title className="text-lg font-semibold">{words.title}</AlertDialog.Title>
          <AlertDialog.Description className="text-muted">{words.body}</AlertDialog.Description>
          <div data-copied className="grid gap-4">
            <pre
              aria-label={words.what}
              className="rounded-md bg-sunken px-4 py-3 font-mono text-sm leading-7 min-[24rem]:columns-2"
            >
              {codes.join('\n')}
            </pre>
            <div className="flex flex-wrap gap-3">
              <CopyButton text={text} what={words.what} />
              <Button onClick={() => download('claviger-backup-codes.txt', text)}>
                {words.download}
              </Button>
            </div>
          </div>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <label className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={stored}
                onChange={(event) => setStored(event.target.checked)}
                className="size-4 accent-accent"
              />
              {words.stored}
            </label>
            <Button look="primary" disabled={!stored} onClick={onDone} className="ml-auto">
              {words.close}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
