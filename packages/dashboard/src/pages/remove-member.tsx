import type { KeysTouched, Member } from '@claviger/contract';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { permissionsIn, sessionQuery, wantsSignIn } from '../lib/session.ts';
import { Option } from '../fields/field-group.tsx';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { fill, texts } from '../texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { Time } from '../ui/time.tsx';

const route = getRouteApi('/signed-in');

interface RemoveMemberProps {
  of: Member;
  isSelf: boolean;
  onRemoved: (said: string) => Promise<void>;
  onCancel: () => void;
}

/** Says what it means, shows the keys that stay behind, and offers to revoke them. */
export function RemoveMember({ of: member, isSelf, onRemoved, onCancel }: RemoveMemberProps) {
  const { organizationId, userId, name, role } = member;
  const { session } = route.useRouteContext();
  const router = useRouter();
  const queryClient = useQueryClient();
  const organization = useOrganizationName(organizationId);
  const [revokeKeys, setRevokeKeys] = useState(false);
  const { keys, organizations } = clientFor(organizationId);
  const mayRevoke = permissionsIn(session, organizationId).includes('keys:write');
  const owned = useQuery({
    queryKey: ['keysOf', organizationId, userId],
    enabled: mayRevoke,
    staleTime: 0,
    // What revoking them would do: so the number is the one that is revoked.
    queryFn: () =>
      keys.bulk({ action: 'revoke', filter: { organizationId, ownerId: userId }, dryRun: true }),
  });
  const remove = useMutation({
    mutationFn: () =>
      isSelf
        ? organizations.leave(organizationId, { revokeKeys })
        : organizations.members.remove(organizationId, userId, { revokeKeys }),
    onSuccess: async ({ revokedKeys }) => {
      if (isSelf) {
        await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
        await router.invalidate();
        await router.navigate({ to: '/' });
        return;
      }
      const { removed, removedWithKeys } = texts.members;
      const text = revokedKeys === 0 ? removed : removedWithKeys;
      await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
      await onRemoved(fill(text, { name, count: String(revokedKeys) }));
    },
  });
  if (remove.isError && wantsSignIn(remove.error)) {
    return <SignInAgain onDone={() => remove.mutate()} onCancel={onCancel} />;
  }
  const said = isSelf ? texts.members.leave : texts.members.remove;
  const body = role === 'operator' && !isSelf ? texts.members.remove.bodyOperator : said.body;
  return (
    <Confirm
      title={fill(said.title, { name, organization })}
      body={body}
      action={said.confirm}
      grave
      busy={remove.isPending || (mayRevoke && owned.isPending)}
      fault={remove.isError ? explain(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onCancel={onCancel}
    >
      {mayRevoke && <KeysLeft of={owned} revokeKeys={revokeKeys} onChoose={setRevokeKeys} />}
    </Confirm>
  );
}

interface KeysLeftProps {
  of: UseQueryResult<KeysTouched>;
  revokeKeys: boolean;
  onChoose: (revokeKeys: boolean) => void;
}

function KeysLeft({ of: owned, revokeKeys, onChoose }: KeysLeftProps) {
  const { counting, unknown, revoke, revokeHint } = texts.members.keys;
  return (
    <div className="grid min-h-12 grid-cols-[minmax(0,1fr)] content-start gap-3 text-sm">
      {owned.isPending && <p className="text-muted">{counting}</p>}
      {owned.isError && <p role="alert">{fill(unknown, { reason: explain(owned.error) })}</p>}
      {owned.data !== undefined && <OwnedKeys of={owned.data} />}
      {owned.data !== undefined && owned.data.changed > 0 && (
        <Option
          type="checkbox"
          name="revokeKeys"
          title={revoke}
          hint={revokeHint}
          checked={revokeKeys}
          onChange={() => onChoose(!revokeKeys)}
        />
      )}
    </div>
  );
}

/** Enough to recognize them by. */
const SHOWN = 5;

type Owned = KeysTouched['data'][number];

const byLastUse = (a: Owned, b: Owned): number =>
  (b.lastUsedAt ?? '').localeCompare(a.lastUsedAt ?? '');

function OwnedKeys({ of: { changed, data } }: { of: KeysTouched }) {
  const { none, one, many, more, used, neverUsed, goOn } = texts.members.keys;
  if (changed === 0) return <p className="text-muted">{none}</p>;
  // What is in use is what would be missed.
  const shown = data.toSorted(byLastUse).slice(0, SHOWN);
  return (
    <div className="grid gap-2">
      <p className="font-medium">
        {changed === 1 ? one : fill(many, { count: changed.toLocaleString('en') })}
      </p>
      <ul className="grid gap-1">
        {shown.map(({ id, name, lastUsedAt }) => (
          <li key={id} className="flex flex-wrap gap-x-2">
            <span className="min-w-0 wrap-anywhere">{name}</span>
            <span className="text-muted">
              {lastUsedAt !== null && `${used} `}
              <Time value={lastUsedAt} none={neverUsed} />
            </span>
          </li>
        ))}
        {changed > shown.length && (
          <li className="text-muted">
            {fill(more, { count: (changed - shown.length).toLocaleString('en') })}
          </li>
        )}
      </ul>
      <p className="text-muted">{goOn}</p>
    </div>
  );
}
