import type { KeyCreated } from '@claviger/contract';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { download } from '../lib/download.ts';
import { variableOf } from '../lib/key-lines.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { RevealLines } from './reveal-lines.tsx';
import { ShownOnce, StoredBox } from './shown-once.tsx';

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
  const credential = [publicKey, secret].filter((half) => half !== undefined).join(':');
  const variable = variableOf(apiId);
  const done = () => {
    empty(revealed);
    onDone();
  };
  return (
    <ShownOnce
      title={mustStore ? words.title : words.publicTitle}
      body={mustStore ? words.body : words.publicBody}
      className="max-w-2xl gap-5"
      onEscape={mustStore ? undefined : done}
    >
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
          <span className="sm:ml-auto">
            <StoredBox label={words.stored} checked={stored} onChange={setStored} />
          </span>
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
    </ShownOnce>
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
