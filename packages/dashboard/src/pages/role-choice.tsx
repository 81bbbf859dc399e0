import type { Member, MemberRole, Role } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { sessionQuery, wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';

interface RoleChoiceProps {
  of: Member;
  /** Those that may be given. */
  roles: readonly Role[];
  isSelf: boolean;
  onChanged: (said: string) => Promise<void>;
}

/** Changed in place; to step down oneself is asked about. */
export function RoleChoice({ of: member, roles, isSelf, onChanged }: RoleChoiceProps) {
  const { organizationId, userId, name, role } = member;
  const router = useRouter();
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
      if (!isSelf) return;
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await router.invalidate();
    },
  });
  const signsIn = change.isError && wantsSignIn(change.error);
  const choose = (to: Role) => {
    if (isSelf) setAsked(to);
    else change.mutate(to);
  };
  const stop = () => {
    setAsked(null);
    change.reset();
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
          onCancel={stop}
        />
      )}
      {signsIn && <SignInAgain onDone={() => change.mutate(change.variables)} onCancel={stop} />}
    </div>
  );
}
