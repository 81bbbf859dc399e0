import type { AuditEvent, Key } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useNames } from '../lib/members.ts';
import { fill } from '../texts.ts';
import { keyPageTexts } from '../texts/key-page.ts';

const route = getRouteApi('/signed-in');

type ActorOf = AuditEvent['actor'] | Key['createdBy'];

/** Who did something: by name, where the organization knows them. */
export function Actor({ of: { type, id } }: { of: ActorOf }) {
  const { user } = route.useRouteContext().session;
  const nameOf = useNames();
  const name = type === 'user' ? nameOf(id) : undefined;
  if (name === undefined) {
    return <span className="break-all">{fill(keyPageTexts.history.actors[type], { id })}</span>;
  }
  return (
    <span title={id}>
      {name}
      {id === user.id && ` (${keyPageTexts.history.you})`}
    </span>
  );
}
