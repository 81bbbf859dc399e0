import type { Effective } from '@claviger/contract';
import type { FeedFollower } from './feed/feed-follower.ts';
import { newId } from './ids.ts';
import type { Clock } from './ports/clock.ts';
import type { Mutation, NewAuditEvent, NewChange, Transaction } from './ports/committer.ts';
import type { Storage } from './ports/storage.ts';
import type { Caller } from './scope.ts';
import { isoTime } from './times.ts';
import type { Peppers } from './tokens/digest.ts';
import type { Lease } from './verification/lease.ts';

/** What every command works with. */
export interface Context {
  readonly storage: Storage;
  readonly peppers: Peppers;
  readonly clock: Clock;
  readonly follower: FeedFollower;
  readonly lease: Lease;
}

/**
 * Commits a command and answers when it holds everywhere: the rows, the audit event and the change are
 * in one transaction, and this process has forgotten what they concern before the caller is answered.
 * With one server to a database, that is everywhere. A live lease proves that this is the one; without
 * it, nothing is changed: rejects with `StorageError`.
 */
export async function commit<Result>(
  context: Context,
  work: (tx: Transaction) => Promise<Mutation<Result>>,
): Promise<Result & { effective: Effective }> {
  const { storage, clock, follower, lease } = context;
  if (!lease.alive(clock.now())) await follower.renew();
  const { result, changes } = await storage.committer.commit(work);
  follower.applyOwn(changes);
  return { ...result, effective: effectiveNow(context) };
}

/** The lease may have run out during the commit; whoever took over catches up within a lease of its own. */
function effectiveNow({ clock, lease }: Context): Effective {
  const nowMs = clock.now();
  const at = isoTime(nowMs);
  if (lease.alive(nowMs)) return { everywhere: true, at, unreachable: [] };
  const until = isoTime(nowMs + lease.durationMs);
  return { everywhere: false, at, unreachable: [{ node: 'successor', until }] };
}

export interface Deed {
  readonly action: string;
  readonly target: NewAuditEvent['target'];
  readonly before: unknown;
  readonly after: unknown;
  readonly digests?: readonly string[];
}

/** A mutation of one record: its audit event, and the change that makes caches forget the record. */
export function mutation<Result>(
  caller: Caller,
  nowMs: number,
  deed: Deed,
  result: Result,
): Mutation<Result> {
  const { action, target, before, after, digests } = deed;
  const { actor, ip, requestId } = caller;
  const change: NewChange = { scope: target.type, id: target.id, ...(digests && { digests }) };
  const event = {
    id: newId('evt', nowMs),
    at: nowMs,
    actor,
    action,
    target,
    before,
    after,
    ip,
    requestId,
  };
  return { result, events: [event], changes: [change] };
}

/** Nothing had to change; what the record is now is the answer. */
export function unchanged<Result>(result: Result): Mutation<Result> {
  return { result, events: [], changes: [] };
}
