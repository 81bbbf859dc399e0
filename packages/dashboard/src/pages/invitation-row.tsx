import type { Invitation, InvitationMade } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { Time } from '../ui/time.tsx';
import { InvitationsMade } from './invitations-made.tsx';
import { About, ROW, WHOLE_LINE } from './member-row.tsx';

interface InvitationRowProps {
  of: Invitation;
  /** Whether whoever looks may give its role. */
  isReached: boolean;
  onChanged: (said: string) => Promise<void>;
}

export function InvitationRow({ of: invitation, isReached, onChanged }: InvitationRowProps) {
  const { email, role } = invitation;
  return (
    <li className={ROW}>
      <span className={`wrap-anywhere font-medium ${WHOLE_LINE}`}>{email}</span>
      <Expiry of={invitation} />
      <span>{texts.roles[role][0]}</span>
      {isReached && (
        <div className={`flex flex-wrap gap-2 md:justify-self-end ${WHOLE_LINE}`}>
          <Renew of={invitation} onChanged={onChanged} />
          <Revoke of={invitation} onChanged={onChanged} />
        </div>
      )}
    </li>
  );
}

function Expiry({ of: { status, expiresAt } }: { of: Invitation }) {
  const { open } = texts.members;
  if (status === 'void') return <span className="text-warn">{open.void}</span>;
  const isOver = status === 'expired';
  return (
    <span className={isOver ? 'text-warn' : 'text-muted'}>
      <span className="md:block">{isOver ? open.expired : open.expires} </span>
      <Time value={expiresAt} none="" />
    </span>
  );
}

type ActionProps = Omit<InvitationRowProps, 'isReached'>;

/** The link it has cannot be shown again, so this makes another. */
function Renew({ of: { id, organizationId, email }, onChanged }: ActionProps) {
  const [made, setMade] = useState<InvitationMade | null>(null);
  const renew = useMutation({
    mutationFn: () => clientFor(organizationId).organizations.invitations.renew(organizationId, id),
    // Not kept among the answers: the link is in this component alone, and gone with it.
    gcTime: 0,
    onSuccess: (renewed) => {
      setMade(renewed);
      renew.reset();
    },
  });
  const signsIn = renew.isError && wantsSignIn(renew.error);
  return (
    <>
      <Button onClick={() => renew.mutate()} disabled={renew.isPending}>
        {texts.members.open.renew}
        <About name={email} />
      </Button>
      {renew.isError && !signsIn && (
        <p role="alert" className="text-bad">
          {explain(renew.error)}
        </p>
      )}
      {signsIn && <SignInAgain onDone={() => renew.mutate()} onCancel={() => renew.reset()} />}
      {made !== null && (
        <InvitationsMade
          of={[{ email, made }]}
          onDone={async () => {
            setMade(null);
            await onChanged('');
          }}
        />
      )}
    </>
  );
}

function Revoke({ of: { id, organizationId, email }, onChanged }: ActionProps) {
  const [asking, setAsking] = useState(false);
  const { open } = texts.members;
  const revoke = useMutation({
    mutationFn: () =>
      clientFor(organizationId).organizations.invitations.revoke(organizationId, id),
    onSuccess: () => onChanged(fill(open.revoked, { email })),
  });
  const signsIn = revoke.isError && wantsSignIn(revoke.error);
  const stop = () => {
    setAsking(false);
    revoke.reset();
  };
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        {open.revoke}
        <About name={email} />
      </Button>
      {asking && !signsIn && (
        <Confirm
          title={open.revokeTitle}
          body={fill(open.revokeBody, { email })}
          action={open.revoke}
          grave
          busy={revoke.isPending}
          fault={revoke.isError ? explain(revoke.error) : null}
          onConfirm={() => revoke.mutate()}
          onCancel={stop}
        />
      )}
      {signsIn && <SignInAgain onDone={() => revoke.mutate()} onCancel={stop} />}
    </>
  );
}
