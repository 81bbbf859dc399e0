import type { Resource } from '@claviger/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { clientFor, explain } from '../lib/api.ts';
import { apisQuery } from '../lib/apis.ts';
import { linkToScopedKeys } from '../lib/links.ts';
import { wantsSignIn } from '../lib/session.ts';
import { counted, fill, texts } from '../texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { useMessages } from '../ui/messages.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';

/** More are not counted: one is enough to stand in the way. */
const COUNTED = 200;

const words = texts.resources.removing;

interface RemoveProps {
  of: Resource;
  onDone: () => void;
  onChanged: () => Promise<void>;
}

/** Asks before a resource is taken off the list, and says which keys stand in the way. */
export function RemoveResource({ of: resource, onDone, onChanged }: RemoveProps) {
  const { organizationId, type, id, name } = resource;
  const say = useMessages();
  const count = useHolders(resource);
  const remove = useMutation({
    mutationFn: () =>
      clientFor(organizationId).organizations.resources.delete(organizationId, type, id),
    onSuccess: async () => {
      onDone();
      say(fill(texts.resources.done.removed, { name }));
      await onChanged();
    },
  });
  if (remove.isError && wantsSignIn(remove.error)) {
    return <SignInAgain onDone={() => remove.mutate()} onCancel={onDone} />;
  }
  const fault = remove.error ?? count.error;
  return (
    <Confirm
      title={fill(words.title, { name })}
      body={bodyOf(count.data)}
      action={words.confirm}
      grave
      busy={remove.isPending}
      blocked={count.data !== 0}
      fault={fault === null ? null : explain(fault)}
      onConfirm={() => remove.mutate()}
      onCancel={onDone}
    >
      {count.data !== undefined && count.data > 0 && (
        <Link
          {...linkToScopedKeys(organizationId, type, id)}
          className="text-sm text-accent underline underline-offset-4"
        >
          {words.show}
        </Link>
      )}
    </Confirm>
  );
}

/** How many keys are scoped to it that could still be used; `COUNTED`: that many, or more. */
function useHolders({ organizationId, type, id }: Resource) {
  return useQuery({
    queryKey: ['keys', organizationId, 'scoped', type, id],
    staleTime: 0,
    queryFn: async ({ client }) => {
      const resource = `${type}:${id}`;
      const asked = { organizationId, resource, limit: COUNTED };
      const apis = await client.fetchQuery(apisQuery(organizationId));
      const { data } = await clientFor(organizationId).keys.list(asked);
      // A revoked key is in the way only where it could be enabled again.
      const reversible = apis.filter((api) => api.revocation === 'reversible');
      const inTheWay = data.filter(
        ({ status, apiId }) => status !== 'revoked' || reversible.some((api) => api.id === apiId),
      );
      return inTheWay.length;
    },
  });
}

function bodyOf(count: number | undefined): string {
  if (count === undefined) return words.counting;
  if (count === 0) return words.unused;
  if (count === COUNTED) return fill(words.usedByMany, { count: String(count) });
  return counted(words.used, count);
}
