import type { Effective, Key, SecretIssued } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../../lib/api.ts';
import { wantsSignIn } from '../../lib/session.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Field } from '../../ui/field.tsx';
import { revealedBy, type Revealed } from '../../ui/reveal.tsx';
import { SignInAgain } from '../../ui/sign-in-again.tsx';
import { useChanged, useKeyView, type Asked } from './key-view.ts';
import { OverlapChoice, USUAL_OVERLAP_SECONDS } from './overlap-choice.tsx';
import { Traffic, useRequestsLately, wasUsedLately } from './traffic.tsx';

interface KeyDialogProps {
  asked: Asked;
  onIssued: (revealed: Revealed) => void;
  onDeleted: () => Promise<void>;
  onClose: () => void;
}

/** What came of it. */
interface Done {
  readonly effective: Effective;
  readonly key?: Key;
  readonly issued?: SecretIssued;
}

const { danger, renew, secrets } = keyPageTexts;

/** Asks before something is done, says what will come of it, and does it. */
export function KeyDialog({ asked, onIssued, onDeleted, onClose }: KeyDialogProps) {
  const { key, api } = useKeyView();
  const changed = useChanged();
  const [overlapSeconds, setOverlap] = useState<number | null>(USUAL_OVERLAP_SECONDS);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const requests = useRequestsLately();
  const perform = useMutation({
    mutationFn: () => performing(key, asked, { overlapSeconds: overlapSeconds ?? 0, reason }),
    gcTime: 0,
    onSuccess: async ({ effective, key: now, issued }) => {
      onClose();
      if (issued !== undefined) onIssued(revealedBy(issued));
      perform.reset();
      await changed(doneText(asked), effective, now);
      if (asked.to === 'remove') await onDeleted();
    },
  });
  if (perform.isError && wantsSignIn(perform.error)) {
    return <SignInAgain onDone={() => perform.mutate()} onCancel={onClose} />;
  }
  const namesIt = asked.to === 'remove' && wasUsedLately(key, requests);
  const blocked =
    (namesIt && typed.trim() !== key.name) || (asked.to === 'rotate' && overlapSeconds === null);
  return (
    <Confirm
      {...wording(asked, key, api?.revocation === 'reversible')}
      grave={asked.to !== 'rotate' && asked.to !== 'restore'}
      busy={perform.isPending}
      blocked={blocked}
      fault={perform.isError ? explain(perform.error) : null}
      onConfirm={() => perform.mutate()}
      onCancel={onClose}
    >
      {asked.to === 'rotate' && <OverlapChoice onChange={setOverlap} />}
      {asked.to !== 'restore' && <Traffic />}
      {asked.to === 'revoke' && (
        <Field
          label={danger.reason}
          hint={danger.reasonHint}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      {namesIt && (
        <Field
          label={fill(danger.typeName, { name: key.name })}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Confirm>
  );
}

function wording(asked: Asked, { name }: Key, isReversible: boolean) {
  if (asked.to === 'endSecret') {
    const body = fill(secrets.endBody, { hint: asked.hint });
    return { title: secrets.end, action: secrets.end, body };
  }
  const words = {
    rotate: [renew.rotate, renew.rotateBody, renew.rotate],
    regenerate: [renew.regenerate, renew.regenerateBody, renew.regenerate],
    disable: [danger.disableTitle, danger.disableBody, danger.disable],
    revoke: [
      danger.revokeTitle,
      isReversible ? danger.revokeReversible : danger.revokeFinal,
      danger.revoke,
    ],
    restore: [danger.restoreTitle, danger.restoreBody, danger.restore],
    remove: [danger.removeTitle, danger.removeBody, danger.remove],
  } as const;
  const [title, body, action] = words[asked.to];
  return { title: fill(title, { name }), body, action };
}

const doneText = ({ to }: Asked): string =>
  ({
    rotate: renew.rotated,
    regenerate: renew.regenerated,
    endSecret: secrets.ended,
    disable: keyPageTexts.switch.disabled,
    revoke: danger.revoked,
    restore: danger.restored,
    remove: danger.removed,
  })[to];

async function performing(
  { id, organizationId }: Key,
  asked: Asked,
  { overlapSeconds, reason }: { overlapSeconds: number; reason: string },
): Promise<Done> {
  const { keys } = clientFor(organizationId);
  switch (asked.to) {
    case 'rotate':
      return issuedBy(await keys.rotate(id, { overlapSeconds }));
    case 'regenerate':
      return issuedBy(await keys.regenerate(id));
    case 'endSecret':
      return keys.endSecret(id, asked.secretId);
    case 'disable':
      return keys.disable(id);
    case 'revoke':
      return keys.revoke(id, reason.trim() === '' ? {} : { reason: reason.trim() });
    case 'restore':
      return keys.enable(id);
    case 'remove':
      return { effective: (await keys.delete(id)).effective };
  }
}

const issuedBy = (issued: SecretIssued): Done => ({
  issued,
  key: issued.key,
  effective: issued.effective,
});
