import type { Member, MemberRole, Role } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { sessionQuery, wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { Time } from '../ui/time.tsx';

/** On wide screens, what belongs together stands in columns. */
export const ROW =
  'grid gap-x-6 gap-y-2 px-5 py-3.5 text-sm sm:grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(0,1fr)_9.5rem_8rem_6rem] md:items-center';

interface MemberRowProps {
  of: Member;
  /** Those that may be given and taken; none: nothing can be changed. */
  roles: readonly Role[];
  isSelf: boolean;
  onChanged: (said: string) => Promise<void>;
  onRemove: () => void;
}

export function MemberRow({ of: member, roles, isSelf, onChanged, onRemove }: MemberRowProps) {
  const { name, email, role, lastSignInAt } = member;
  const isReached = roles.includes(role);
  return (
    <li className={ROW}>
      <div className="grid min-w-0">
        <span className="break-words font-medium">
          {name}
          {isSelf && (
            <span className="ml-2 rounded-full bg-sunken px-2 py-0.5 text-xs text-muted">
              {texts.members.you}
            </span>
          )}
        </span>
        <span className="break-all text-muted">{email}</span>
      </div>
      <span className="text-muted">
        <span className="md:block">{texts.members.lastSignIn} </span>
        <Time value={lastSignInAt} none={texts.members.never} />
      </span>
      {isReached && role !== 'operator' ? (
        <RoleChoice of={member} roles={roles} isSelf={isSelf} onChanged={onChanged} />
      ) : (
        <span>{texts.roles[role][0]}</span>
      )}
      <div className="md:justify-self-end">
        {(isReached || isSelf) && (
          <Button onClick={onRemove}>
            {isSelf ? texts.members.leave.action : texts.members.remove.action}
            <span className="sr-only">
              {' '}
              {isSelf ? '' : fill(texts.members.actionsFor, { name })}
            </span>
          </Button>
        )}
      </div>
    </li>
  );
}

/** Changed in place; to step down oneself is asked about. */
function RoleChoice({
  of: { organizationId, userId, name, role },
  roles,
  isSelf,
  onChanged,
}: Omit<MemberRowProps, 'onRemove'>) {
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Role | null>(null);
  const change = useMutation({
    mutationFn: (to: Role) =>
      clientFor(organizationId).organizations.members.update(organizationId, userId, {
        role: to as MemberRole,
      }),
    onSuccess: async (_, to) => {
      setAsked(null);
      change.reset();
      const said = fill(texts.members.changed, { name, role: texts.roles[to][0] });
      await onChanged(said);
      if (isSelf) await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const signsIn = change.isError && wantsSignIn(change.error);
  const choose = (to: Role) => {
    if (isSelf) setAsked(to);
    else change.mutate(to);
  };
  const { ownRole } = texts.members;
  const isAsking = asked !== null && !signsIn;
  return (
    <div className="grid gap-1.5">
      <Choice
        compact
        label={fill(texts.members.role, { name })}
        value={change.isPending && change.variables !== undefined ? change.variables : role}
        options={roles.map((each) => [each, texts.roles[each][0]])}
        onChange={(to) => choose(to as Role)}
      />
      {change.isError && !signsIn && !isAsking && (
        <p role="alert" className="text-bad">
          {explain(change.error)}
        </p>
      )}
      {isAsking && (
        <Confirm
          title={ownRole.title}
          body={fill(ownRole.body, { role: texts.roles[asked][0] })}
          action={ownRole.confirm}
          grave
          busy={change.isPending}
          fault={change.isError ? explain(change.error) : null}
          onConfirm={() => change.mutate(asked)}
          onCancel={() => {
            setAsked(null);
            change.reset();
          }}
        />
      )}
      {signsIn && (
        <SignInAgain
          onDone={() => change.mutate(change.variables)}
          onCancel={() => {
            setAsked(null);
            change.reset();
          }}
        />
      )}
    </div>
  );
}

const PLACEHOLDERS = ['a', 'b', 'c'];

export const PlaceholderRows = () =>
  PLACEHOLDERS.map((row) => (
    <li key={row} aria-hidden className={ROW}>
      <div className="grid gap-1">
        <span className="block h-4.5 w-32 animate-pulse rounded bg-sunken" />
        <span className="block h-4.5 w-44 animate-pulse rounded bg-sunken" />
      </div>
    </li>
  ));
