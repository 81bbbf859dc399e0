import { setImmediate } from 'node:timers/promises';
import {
  ROOT_API_ID,
  type BulkFailure,
  type BulkFilter,
  type BulkKeys,
  type DeleteKeys,
  type Key,
  type KeysTouched,
} from '@claviger/contract';
import type { Claviger } from '../claviger.ts';
import { commitBatch, effectiveNow, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import { cursorOf, positionOfCursor } from '../pages.ts';
import type { Mutation, NewAuditEvent, NewChange, Transaction } from '../ports/committer.ts';
import { NEVER_USED, type KeyFilter, type PagePosition } from '../ports/key-store.ts';
import type { ApiRecord, KeyWithSecrets } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { DAY_MS, isoTime, startOfHour } from '../times.ts';
import { Tally, type Outcome } from './bulk-tally.ts';
import {
  applyChange,
  assertMayChange,
  type HeldKey,
  type KeyChange,
  type KeySwitch,
} from './change-key.ts';
import { applyDeletion } from './delete-key.ts';
import { filterOf } from './key-filter.ts';
import { keyMatches } from './key-matches.ts';
import { presentKey } from './present-key.ts';
import { revoked } from './revoke-key.ts';
import { disabled, enabled } from './switch-key.ts';

/** Keys in one commit. On SQLite everything else waits for it, some 0.2 ms a key; far fewer would cost a flush to the disk each. */
const BATCH = 100;

/** A run goes by creation and id, which no change moves: its pages neither skip nor repeat a key. */
const SORTING = { name: 'bulk keys', by: 'number' } as const;

/** A dry run also counts requests, and those of this moment are still in memory. */
export type BulkContext = Context & Pick<Claviger, 'recorder'>;

type Asked = Pick<BulkKeys, 'filter' | 'dryRun' | 'limit' | 'cursor'>;

/** One run: what is meant, and what is done to it. */
interface Run {
  readonly caller: Caller;
  readonly filter: KeyFilter;
  /** What the filter's times are compared with, from the first page to the last. */
  readonly nowMs: number;
  readonly withRootKeys: boolean;
  readonly deed: KeySwitch | 'delete';
}

interface Page {
  readonly keys: readonly KeyWithSecrets[];
  /** Where the next one begins; null after the last. */
  readonly next: PagePosition | null;
}

type Decided = KeyChange<object> | 'delete';

type FindApi = (id: string) => Promise<ApiRecord | null>;

/**
 * Revokes, disables or enables every key that the filter means, as the command for a single key does.
 * Page by page, newest first, each page one commit: when it breaks off, every key is changed as a whole or not at
 * all, and the same run again does the rest. Keys that are created meanwhile are not looked at. A key that the
 * filter does not mean any more when it is locked is left alone.
 */
export function bulkKeys(
  context: BulkContext,
  caller: Caller,
  { action, reason, ...asked }: BulkKeys,
): Promise<KeysTouched> {
  const deed = { revoke: revoked(reason ?? null), disable: disabled, enable: enabled }[action];
  return perform(context, caller, asked, action, deed);
}

/** Removes every key that the filter means, in the way of `bulkKeys`. */
export function deleteKeys(
  context: BulkContext,
  caller: Caller,
  asked: DeleteKeys,
): Promise<KeysTouched> {
  return perform(context, caller, asked, 'delete', 'delete');
}

async function perform(
  context: BulkContext,
  caller: Caller,
  { filter, dryRun, limit = Number.POSITIVE_INFINITY, cursor }: Asked,
  action: KeysTouched['action'],
  deed: Run['deed'],
): Promise<KeysTouched> {
  const run: Run = {
    caller,
    filter: await storedFilter(context, caller, filter),
    nowMs: context.clock.now(),
    withRootKeys: filter.apiId === ROOT_API_ID,
    deed,
  };
  if (dryRun) await context.recorder.flushForReaders();
  const tally = new Tally();
  let lastDay = 0;
  let next = cursor === undefined ? null : positionOfCursor(cursor, SORTING);
  let looked = 0;
  do {
    const page = await readPage(context, run, next, Math.min(BATCH, limit - looked));
    const done = dryRun
      ? await foresee(context, run, page.keys)
      : await changeAll(context, run, page.keys);
    tally.add(done);
    if (dryRun) lastDay += await requestsOf(context, done, run.nowMs);
    looked += page.keys.length;
    next = page.next;
    // What waits is let in: awaiting SQLite alone does not turn the event loop.
    await setImmediate();
  } while (next !== null && looked < limit);
  return {
    action,
    dryRun,
    at: isoTime(run.nowMs),
    ...tally.result(),
    lastDay: dryRun ? lastDay : null,
    nextCursor: next === null ? null : cursorOf(next, SORTING),
    effective: dryRun ? null : effectiveNow(context),
  };
}

/** Metadata is compared as text, as in the list of keys. */
function storedFilter(
  context: Context,
  caller: Caller,
  { metadata = {}, q, ...rest }: BulkFilter,
): Promise<KeyFilter> {
  const texts = Object.entries(metadata).map(([name, value]) => [name, String(value)] as const);
  return filterOf(context, caller, { ...rest, text: q, metadata: Object.fromEntries(texts) });
}

async function readPage(
  { storage }: Context,
  { filter, nowMs, withRootKeys }: Run,
  after: PagePosition | null,
  limit: number,
): Promise<Page> {
  const order = { sort: 'createdAt', order: 'desc' } as const;
  const found = await storage.keys.listKeys({ filter, ...order, after, limit, nowMs });
  const last = found.at(-1)?.key;
  const isLast = found.length < limit || last === undefined;
  return {
    keys: withRootKeys ? found : found.filter(({ key }) => key.apiId !== ROOT_API_ID),
    next: isLast ? null : { value: last.createdAt, id: last.id },
  };
}

/** Verifications in the last 24 hours of the keys that would be changed. */
function requestsOf(
  { storage }: Context,
  outcomes: readonly Outcome[],
  nowMs: number,
): Promise<number> {
  const ids = outcomes.flatMap(({ touched }) => touched?.id ?? []);
  const fromMs = startOfHour(nowMs - DAY_MS);
  return ids.length === 0 ? Promise.resolve(0) : storage.usage.countOfKeys(ids, fromMs);
}

/** What `changeAll` would do with the page as it is now. */
async function foresee(
  { storage, clock }: Context,
  run: Run,
  page: readonly KeyWithSecrets[],
): Promise<Outcome[]> {
  const findApi = remembered((id) => storage.keys.getApi(id));
  const nowMs = clock.now();
  const outcomes: Outcome[] = [];
  for (const found of page) {
    const decided = decide(run, found, await findApi(found.key.apiId), nowMs);
    if (decided === null) continue;
    outcomes.push(
      isFailure(decided) ? failed(decided) : outcomeOf(decided, presentKey(found, nowMs)),
    );
  }
  return outcomes;
}

function changeAll(
  context: Context,
  run: Run,
  page: readonly KeyWithSecrets[],
): Promise<Outcome[]> {
  const ids = page.map(({ key }) => key.id);
  return commitBatch(context, async (tx) => {
    const held = new Map((await tx.lockKeys(ids)).map((found) => [found.key.id, found]));
    // In the order of the page, which is that of the answer.
    const inOrder = ids.flatMap((id) => held.get(id) ?? []);
    return changeHeld(tx, run, inOrder, context.clock.now());
  });
}

async function changeHeld(
  tx: Transaction,
  run: Run,
  held: readonly KeyWithSecrets[],
  nowMs: number,
): Promise<Mutation<Outcome[]>> {
  const findApi = remembered((id) => tx.lockApi(id, 'read'));
  const outcomes: Outcome[] = [];
  const events: NewAuditEvent[] = [];
  const changes: NewChange[] = [];
  for (const found of held) {
    if (!keyMatches(run.filter, found.key, found.lastUsedAt ?? NEVER_USED, run.nowMs)) continue;
    const api = await findApi(found.key.apiId);
    const decided = decide(run, found, api, nowMs);
    if (decided === null || api === null) continue;
    if (isFailure(decided)) {
      outcomes.push(failed(decided));
      continue;
    }
    const frame = { tx, found, key: found.key, api, nowMs };
    const written = await apply(frame, run.caller, decided);
    events.push(...written.events);
    changes.push(...written.changes);
    outcomes.push(outcomeOf(decided, written.result));
  }
  return { result: outcomes, events, changes };
}

/** What the key is now, or was. */
async function apply(
  held: HeldKey,
  caller: Caller,
  decided: Decided,
): Promise<Omit<Mutation<unknown>, 'result'> & { result: Key }> {
  if (decided === 'delete') {
    const written = await applyDeletion(held, caller);
    return { ...written, result: presentKey(held.found, held.nowMs) };
  }
  const written = await applyChange(held, caller, decided);
  return { ...written, result: written.result.key };
}

/** The change, or why there is none. Null for a key whose API is gone, and that with it. */
function decide(
  run: Run,
  { key }: KeyWithSecrets,
  api: ApiRecord | null,
  nowMs: number,
): Decided | BulkFailure | null {
  if (api === null) return null;
  try {
    assertMayChange(run.caller, key, api);
    const decided = run.deed === 'delete' ? run.deed : run.deed({ key, api, nowMs });
    if (isTouched(decided)) assertNotPresented(run, key.id);
    return decided;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { id: key.id, code: error.code, message: error.message };
  }
}

/** Who cuts itself off in the middle of a run cannot finish it. */
function assertNotPresented({ caller: { actor } }: Run, keyId: string): void {
  if (actor.type !== 'rootKey' || actor.id !== keyId) return;
  throw new RefusedError(
    'STILL_IN_USE',
    `"${keyId}" is the root key you present, and a bulk run leaves it as it is. Change it by itself, with another root key.`,
  );
}

const failed = (failure: BulkFailure): Outcome => ({ touched: null, failure });

const isFailure = (decided: Decided | BulkFailure): decided is BulkFailure =>
  decided !== 'delete' && 'id' in decided;

const isTouched = (decided: Decided): boolean => decided === 'delete' || decided.action !== null;

function outcomeOf(decided: Decided, key: Key): Outcome {
  if (!isTouched(decided)) return { touched: null, failure: null };
  const { id, name, apiId, organizationId, environment, hint, status, lastUsedAt } = key;
  return {
    touched: { id, name, apiId, organizationId, environment, hint, status, lastUsedAt },
    failure: null,
  };
}

function remembered(find: FindApi): FindApi {
  const found = new Map<string, ApiRecord | null>();
  return async (id) => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const api = await find(id);
    found.set(id, api);
    return api;
  };
}
