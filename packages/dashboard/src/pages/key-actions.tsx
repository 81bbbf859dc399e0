import type { Key, SecretIssued } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { lastDayText, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { revealedBy, type Revealed } from '../ui/reveal.tsx';

type Action = 'rotate' | 'regenerate' | 'disable' | 'enable' | 'revoke' | 'remove';

interface KeyActionsProps {
  of: Key;
  /** Requests in the last 24 hours; null: not known yet. */
  lastDay: number | null;
  onChanged: () => Promise<void>;
  onIssued: (revealed: Revealed) => void;
  onDeleted: () => Promise<void>;
}

/** A day: long enough to put the new secret in place, short enough to be remembered. */
const USUAL_OVERLAP = '86400';

export function KeyActions({ of: key, lastDay, onChanged, onIssued, onDeleted }: KeyActionsProps) {
  const [asked, setAsked] = useState<Action | null>(null);
  const [overlap, setOverlap] = useState(USUAL_OVERLAP);
  const perform = useMutation({
    mutationFn: (action: Action) => performing(key, action, Number(overlap)),
    gcTime: 0,
    onSuccess: async (issued, action) => {
      setAsked(null);
      if (issued !== null) onIssued(revealedBy(issued));
      perform.reset();
      await (action === 'remove' ? onDeleted() : onChanged());
    },
  });
  const signsIn = perform.isError && wantsSignIn(perform.error);
  const close = () => {
    setAsked(null);
    perform.reset();
  };
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold">{texts.key.actions}</h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {offered(key).map((action) => (
          <li key={action} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-5 py-3.5">
            <p className="min-w-56 flex-1 text-sm text-muted">{texts.key[action].body}</p>
            <Button onClick={() => setAsked(action)}>{texts.key[action].title}</Button>
          </li>
        ))}
      </ul>
      {asked !== null && signsIn && (
        <SignInAgain onDone={() => perform.mutate(asked)} onCancel={close} />
      )}
      {asked !== null && !signsIn && (
        <Confirm
          title={texts.key[asked].title}
          body={texts.key[asked].body}
          grave={asked !== 'rotate' && asked !== 'enable'}
          busy={perform.isPending}
          fault={perform.isError ? explain(perform.error) : null}
          onConfirm={() => perform.mutate(asked)}
          onCancel={close}
        >
          {asked === 'rotate' && (
            <Choice
              label={texts.key.overlap}
              value={overlap}
              options={Object.entries(texts.key.overlaps)}
              onChange={setOverlap}
            />
          )}
          {asked !== 'enable' && lastDay !== null && (
            <p className="text-sm font-medium">{lastDayText(lastDay)}</p>
          )}
        </Confirm>
      )}
    </section>
  );
}

/** What can be done with a key as it stands. */
function offered({ status, kind, notBefore }: Key): Action[] {
  if (status === 'revoked') return ['remove'];
  const issuing: Action[] = kind === 'publishable' ? [] : ['rotate', 'regenerate'];
  const waits = notBefore !== null && Date.parse(notBefore) > Date.now();
  const toggle: Action = status === 'inactive' && !waits ? 'enable' : 'disable';
  return [...(status === 'active' ? issuing : []), toggle, 'revoke', 'remove'];
}

/** Null: nothing to be shown came of it. */
async function performing(
  { id, organizationId }: Key,
  action: Action,
  overlapSeconds: number,
): Promise<SecretIssued | null> {
  const { keys } = clientFor(organizationId);
  if (action === 'rotate') return keys.rotate(id, { overlapSeconds });
  if (action === 'regenerate') return keys.regenerate(id);
  await (action === 'remove' ? keys.delete(id) : keys[action](id));
  return null;
}
