import type { Effective, Key, SecretIssued } from '@claviger/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../../lib/api.ts';
import { wantsSignIn } from '../../lib/session.ts';
import { relativeTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts, lastDayText } from '../../texts/key-page.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Field } from '../../ui/field.tsx';
import { revealedBy, type Revealed } from '../../ui/reveal.tsx';
import { SignInAgain } from '../../ui/sign-in-again.tsx';
import { useChanged, useKeyView, type Asked } from './key-view.ts';
import { OverlapChoice, USUAL_OVERLAP_SECONDS } from './overlap-choice.tsx';
import { keyUsageQuery, requestsIn } from './usage-range.ts';

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
  const { key, api, held } = useKeyView();
  const changed = useChanged();
  const [overlapSeconds, setOverlap] = useState<number | null>(USUAL_OVERLAP_SECONDS);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const lastDay = useQuery({
    ...keyUsageQuery(key.organizationId, key.id, '24h'),
    enabled: held.includes('usage:read'),
  });
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
  const requests = lastDay.data === undefined ? null : requestsIn(lastDay.data);
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
      {asked.to !== 'restore' && <Traffic of={key} requests={requests} />}
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

/** How busy it is: what would be cut off. */
const Traffic = ({ of: { lastUsedAt }, requests }: { of: Key; requests: number | null }) => (
  <p className="min-h-5 text-sm font-medium">
    {requests !== null && `${lastDayText(requests)}. `}
    {lastUsedAt === null
      ? danger.neverUsed
      : fill(danger.lastUsed, { time: relativeTime(lastUsedAt) })}
  </p>
);

const DAY_MS = 86_400_000;

/** Where the counts may not be read, the last use tells. */
const wasUsedLately = ({ lastUsedAt }: Key, requests: number | null): boolean =>
  (requests ?? 0) > 0 || (lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < DAY_MS);

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
