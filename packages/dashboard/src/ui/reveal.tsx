import type { KeyCreated } from '@claviger/contract';
import { AlertDialog, Tabs } from 'radix-ui';
import { useState } from 'react';
import { download } from '../lib/download.ts';
import { keyLines, variableOf } from '../lib/key-lines.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { DIALOG, OVERLAY } from './look.ts';

export interface Revealed {
  readonly apiId: string;
  readonly secret: string | undefined;
  readonly publicKey: string | undefined;
}

export const revealedBy = ({ key, secret, publicKey }: KeyCreated): Revealed => ({
  apiId: key.apiId,
  secret,
  publicKey,
});

/** Shows a key once. Whoever renders it forgets the key when `onDone` is called. */
export function Reveal({ of: revealed, onDone }: { of: Revealed; onDone: () => void }) {
  const { apiId, secret, publicKey } = revealed;
  const [stored, setStored] = useState(false);
  const credential = [publicKey, secret].filter((half) => half !== undefined).join(':');
  const variable = variableOf(apiId);
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content
          // There is no second chance: neither Escape nor a click beside it closes it.
          onEscapeKeyDown={(event) => event.preventDefault()}
          className={`${DIALOG} max-w-2xl gap-5`}
        >
          <AlertDialog.Title className="text-lg font-semibold">
            {texts.reveal.title}
          </AlertDialog.Title>
          <AlertDialog.Description className="text-muted">
            {texts.reveal.body}
          </AlertDialog.Description>
          {publicKey !== undefined && <Shown label={texts.reveal.publicKey} text={publicKey} />}
          {secret !== undefined && <Shown label={texts.reveal.secret} text={secret} />}
          <Lines variable={variable} credential={credential} />
          <div className="flex flex-wrap items-center gap-x-3 gap-y-4">
            <Button onClick={() => download(`${variable}=${credential}\n`, '.env')}>
              {texts.reveal.download}
            </Button>
            <label className="ml-auto flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={stored}
                onChange={(event) => setStored(event.target.checked)}
                className="size-4 accent-accent"
              />
              {texts.reveal.stored}
            </label>
            <Button look="primary" disabled={!stored} onClick={onDone}>
              {texts.reveal.close}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Shown({ label, text }: { label: string; text: string }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-sm font-medium">{label}</span>
      <div className="flex items-start gap-2">
        <code className="min-w-0 flex-1 break-all rounded-md bg-sunken px-3 py-2 font-mono text-sm">
          {text}
        </code>
        <CopyButton text={text} />
      </div>
    </div>
  );
}

function Lines({ variable, credential }: { variable: string; credential: string }) {
  const lines = keyLines(variable, credential);
  return (
    <Tabs.Root defaultValue="bash" className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2">
      <Tabs.List aria-label={texts.reveal.use} className="flex flex-wrap gap-1">
        {lines.map(({ id, name }) => (
          <Tabs.Trigger
            key={id}
            value={id}
            className="rounded-md px-2.5 py-1 text-sm text-muted data-[state=active]:bg-sunken data-[state=active]:text-text"
          >
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {lines.map(({ id, text }) => (
        <Tabs.Content key={id} value={id} className="flex items-start gap-2">
          <pre
            tabIndex={0}
            className="min-w-0 flex-1 overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs"
          >
            {text}
          </pre>
          <CopyButton text={text} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
