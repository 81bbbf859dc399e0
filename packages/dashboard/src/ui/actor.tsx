import type { AuditEvent, Key } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useNames } from '../lib/members.ts';
import { fill, texts } from '../texts.ts';

const route = getRouteApi('/signed-in');

type ActorOf = AuditEvent['actor'] | Key['createdBy'];

/** Who did something: by name, where the organization knows them. */
export function Actor({ of: { type, id } }: { of: ActorOf }) {
  const { user } = route.useRouteContext().session;
  const nameOf = useNames();
  const name = type === 'user' ? nameOf(id) : undefined;
  if (name === undefined) {
    return <span className="break-all">{fill(texts.key.history.actors[type], { id })}</span>;
  }
  return (
    <span title={id}>
      {name}
      {id === user.id && ` (${texts.key.history.you})`}
    </span>
  );
}
