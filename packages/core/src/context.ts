import type { Effective } from '@claviger/contract';
import type { AuditTarget } from './audit/audit-target.ts';
import type { FeedFollower } from './feed/feed-follower.ts';
import type { Once } from './idempotency/once.ts';
import { newId } from './ids.ts';
import type { LogRecorder } from './logs/log-recorder.ts';
import type { Clock } from './ports/clock.ts';
import type { ChangeScope } from './ports/change-feed.ts';
import type { Mutation, NewChange, Work } from './ports/committer.ts';
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
  readonly logs: LogRecorder;
  /** The request with an Idempotency-Key that the command serves: repeats of it change nothing. */
  readonly once?: Once;
}

/**
 * Commits a command and answers when it holds everywhere: the rows, the audit event and the change are
 * in one transaction, and this process has forgotten what they concern before the caller is answered.
 * With one server to a database, that is everywhere. A live lease proves that this is the one; without
 * it, nothing is changed: rejects with `StorageError`.
 *
 * With `once` in the context, a repeat of its request gets the result of the first and changes nothing; a
 * request that commits several times names each by a `step`.
 */
export async function commit<Result extends object>(
  context: Context,
  work: Work<Result>,
  step = '',
): Promise<Result & { effective: Effective }> {
  const result = await commitBatch(context, work, step);
  return { ...result, effective: effectiveNow(context) };
}

/**
 * One commit of several that are answered together: this process has forgotten what it concerns when it
 * resolves. `effectiveNow`, once after the last of them, tells from when on all of them hold everywhere.
 */
export async function commitBatch<Result extends object>(
  context: Context,
  work: Work<Result>,
  step = '',
): Promise<Result> {
  const { storage, clock, follower, lease, once } = context;
  if (!lease.alive(clock.now())) await follower.renew();
  const guarded = once === undefined ? work : once.around(work, step);
  const { result, changes } = await storage.committer.commit(guarded);
  follower.applyOwn(changes);
  // Whoever committed it may have ended before its memory, or that of others, had followed.
  if (once?.wasReplayed(step) === true) await follower.renewAnew();
  return result;
}

/** The lease may have run out during the commit; whoever took over catches up within a lease of its own. */
export function effectiveNow({ clock, lease }: Context): Effective {
  const nowMs = clock.now();
  const at = isoTime(nowMs);
  if (lease.alive(nowMs)) return { everywhere: true, at, unreachable: [] };
  const until = isoTime(nowMs + lease.durationMs);
  return { everywhere: false, at, unreachable: [{ node: 'successor', until }] };
}

export interface Deed {
  readonly action: string;
  readonly target: AuditTarget;
  readonly before: unknown;
  readonly after: unknown;
}

/** Of a record that verifications use. */
export interface CachedDeed extends Deed {
  readonly target: AuditTarget & { readonly type: ChangeScope };
  readonly digests?: readonly string[];
}

/** A mutation of one record: its audit event, and the change that makes caches forget the record. */
export function mutation<Result>(
  caller: Caller,
  nowMs: number,
  deed: CachedDeed,
  result: Result,
): Mutation<Result> {
  const { target, digests } = deed;
  const change: NewChange = { scope: target.type, id: target.id, ...(digests && { digests }) };
  return { ...recorded(caller, nowMs, deed, result), changes: [change] };
}

/** A mutation of a record that no verification uses: its audit event alone. */
export function recorded<Result>(
  caller: Caller,
  nowMs: number,
  deed: Deed,
  result: Result,
): Mutation<Result> {
  const { action, target, before, after } = deed;
  const { actor, ip, requestId } = caller;
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
  return { result, events: [event], changes: [] };
}

/** Nothing had to change; what the record is now is the answer. */
export function unchanged<Result>(result: Result): Mutation<Result> {
  return { result, events: [], changes: [] };
}
