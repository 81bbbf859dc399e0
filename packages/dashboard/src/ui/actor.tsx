import type { AuditEvent, Key } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { fill, texts } from '../texts.ts';

const route = getRouteApi('/signed-in');

type ActorOf = AuditEvent['actor'] | Key['createdBy'];

/** Who did something, by name where it is known here: of others, the API tells no more than an id. */
export function Actor({ of: { type, id } }: { of: ActorOf }) {
  const { user } = route.useRouteContext().session;
  if (type === 'user' && id === user.id) {
    return (
      <span title={id}>
        {user.name} ({texts.key.history.you})
      </span>
    );
  }
  return <span className="break-all">{fill(texts.key.history.actors[type], { id })}</span>;
}
