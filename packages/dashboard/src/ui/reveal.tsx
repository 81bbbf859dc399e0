import type { KeyCreated } from '@claviger/contract';
import { useBlocker } from '@tanstack/react-router';
import { AlertDialog } from 'radix-ui';
import { useState } from 'react';
import { download } from '../lib/download.ts';
import { focusDialog } from '../lib/focus-dialog.ts';
import { variableOf } from '../lib/key-lines.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { DIALOG, OVERLAY } from './look.ts';
import { RevealLines } from './reveal-lines.tsx';

const words = texts.reveal;

/** A key on its way to whoever asked for it. It is emptied when they have it. */
export interface Revealed {
  readonly apiId: string;
  secret: string | undefined;
  publicKey: string | undefined;
}

/** Takes the key out of an answer: what keeps the answer does not keep the key. */
export function revealedBy(answer: KeyCreated): Revealed {
  const { key, secret, publicKey } = answer;
  delete answer.secret;
  return { apiId: key.apiId, secret, publicKey };
}

/** React keeps the state before the last one, and would keep the key in it. */
function empty(revealed: Revealed): void {
  revealed.secret = undefined;
  revealed.publicKey = undefined;
}

/** Shows a key once. Whoever renders it forgets the key when `onDone` is called. */
export function Reveal({ of: revealed, onDone }: { of: Revealed; onDone: () => void }) {
  const { apiId, secret, publicKey } = revealed;
  const [stored, setStored] = useState(false);
  // A publishable key can be looked up again; anything else cannot.
  const mustStore = secret !== undefined;
  const kept = useKept(mustStore && !stored);
  const giveBack = useReturnFocus();
  const credential = [publicKey, secret].filter((half) => half !== undefined).join(':');
  const variable = variableOf(apiId);
  const done = () => {
    empty(revealed);
    onDone();
  };
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && done()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content
          // There is no second chance, so Escape does not close it.
          onOpenAutoFocus={focusDialog}
          onCloseAutoFocus={giveBack}
          onEscapeKeyDown={(event) => mustStore && event.preventDefault()}
          className={`${DIALOG} max-w-2xl gap-5`}
        >
          <AlertDialog.Title className="text-lg font-semibold">
            {mustStore ? words.title : words.publicTitle}
          </AlertDialog.Title>
          <AlertDialog.Description className="text-muted">
            {mustStore ? words.body : words.publicBody}
          </AlertDialog.Description>
          <Halves secret={secret} publicKey={publicKey} />
          <RevealLines variable={variable} credential={credential} />
          {kept && (
            <p role="alert" className="text-sm font-medium text-warn">
              {words.stay}
            </p>
          )}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-4">
            <Button onClick={() => download(`${apiId}.env`, `${variable}=${credential}\n`)}>
              {words.download}
            </Button>
            {mustStore && (
              <label className="flex min-h-9 items-center gap-2 text-sm sm:ml-auto">
                <input
                  type="checkbox"
                  checked={stored}
                  onChange={(event) => setStored(event.target.checked)}
                  className="size-4 accent-accent"
                />
                {words.stored}
              </label>
            )}
            <Button
              look="primary"
              className={mustStore ? '' : 'ml-auto'}
              disabled={mustStore && !stored}
              onClick={done}
            >
              {words.close}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Keeps the page from being left; answers whether somebody tried. */
function useKept(isAtStake: boolean): boolean {
  const [tried, setTried] = useState(false);
  useBlocker({
    shouldBlockFn: () => {
      setTried(true);
      return true;
    },
    enableBeforeUnload: isAtStake,
    disabled: !isAtStake,
  });
  return tried && isAtStake;
}

/** What there is of the key. Of a pair both, and what each is for. */
function Halves({ secret, publicKey }: Pick<Revealed, 'secret' | 'publicKey'>) {
  const isPair = secret !== undefined && publicKey !== undefined;
  return (
    <>
      {secret !== undefined && (
        <Shown
          label={isPair ? words.secretHalf : words.secret}
          {...(isPair && { hint: words.secretHalfHint })}
          text={secret}
        />
      )}
      {publicKey !== undefined && (
        <Shown
          label={isPair ? words.publicHalf : words.publicKey}
          {...(isPair && { hint: words.publicHalfHint })}
          text={publicKey}
        />
      )}
      {isPair && <Shown label={words.both} hint={words.bothHint} text={`${publicKey}:${secret}`} />}
    </>
  );
}

function Shown({ label, hint, text }: { label: string; hint?: string; text: string }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-sm font-medium">{label}</span>
      {hint !== undefined && <span className="text-sm text-muted">{hint}</span>}
      <div data-copied className="flex flex-col gap-2 sm:flex-row sm:items-start">
        <code className="min-w-0 break-all rounded-md bg-sunken sm:flex-1 px-3 py-2 font-mono text-sm">
          {text}
        </code>
        <CopyButton text={text} what={label} />
      </div>
    </div>
  );
}
