import {
  MAX_BULK_LISTED,
  ROOT_API_ID,
  type BulkFailure,
  type BulkKeys,
  type Key,
  type KeysTouched,
  type TouchedKey,
} from '@claviger/contract';
import { commitBatch, effectiveNow, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Mutation, NewAuditEvent, NewChange, Transaction } from '../ports/committer.ts';
import { NEVER_USED, type KeyFilter, type PagePosition } from '../ports/key-store.ts';
import type { ApiRecord, KeyWithSecrets } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { applyChange, assertMayChange, type KeyChange, type KeySwitch } from './change-key.ts';
import { filterOf } from './key-filter.ts';
import { keyMatches } from './key-matches.ts';
import { presentKey } from './present-key.ts';
import { revoked } from './revoke-key.ts';
import { disabled, enabled } from './switch-key.ts';

/** Keys in one commit. On SQLite everything else waits for it, some 0.2 ms a key; far fewer would cost a flush to the disk each. */
const BATCH = 100;

/** One run: what is meant, and what is done to it. */
interface Run {
  readonly caller: Caller;
  readonly filter: KeyFilter;
  /** What the filter's times are compared with, from the first page to the last. */
  readonly nowMs: number;
  readonly withRootKeys: boolean;
  readonly flip: KeySwitch;
  readonly action: BulkKeys['action'];
}

/** What became of one key; `failure` and `touched` are null where it was as wanted already. */
interface Outcome {
  readonly touched: TouchedKey | null;
  readonly failure: BulkFailure | null;
}

type FindApi = (id: string) => Promise<ApiRecord | null>;

/**
 * Revokes, disables or enables every key that the filter means, as the command for a single key does.
 * Page by page, newest first, each page one commit: when it breaks off, every key is changed as a whole or not at
 * all, and the same run again does the rest. Keys that are created meanwhile are not looked at. A key that the
 * filter does not mean any more when it is locked is left alone.
 */
export async function bulkKeys(
  context: Context,
  caller: Caller,
  { action, filter, dryRun, reason }: BulkKeys,
): Promise<KeysTouched> {
  const run: Run = {
    caller,
    filter: await filterOf(context, caller, { ...filter, metadata: asTexts(filter.metadata) }),
    nowMs: context.clock.now(),
    withRootKeys: filter.apiId === ROOT_API_ID,
    flip: { revoke: revoked(reason ?? null), disable: disabled, enable: enabled }[action],
    action,
  };
  const tally = new Tally();
  for await (const page of pages(context, run)) {
    tally.add(dryRun ? await foresee(context, run, page) : await changeAll(context, run, page));
  }
  const effective = dryRun ? null : effectiveNow(context);
  return { action, dryRun, ...tally.result(), effective };
}

/** Metadata is compared as text, as in the list of keys. */
function asTexts(metadata: BulkKeys['filter']['metadata'] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)]));
}

/** By creation and id, which no change moves: pages neither skip nor repeat a key. */
async function* pages(
  { storage }: Context,
  { filter, nowMs, withRootKeys }: Run,
): AsyncGenerator<KeyWithSecrets[]> {
  let after: PagePosition | null = null;
  do {
    const order = { sort: 'createdAt', order: 'desc' } as const;
    const page = await storage.keys.listKeys({ filter, ...order, after, limit: BATCH, nowMs });
    const last = page.at(-1);
    after =
      page.length < BATCH || last === undefined
        ? null
        : { value: last.key.createdAt, id: last.key.id };
    const meant = withRootKeys ? page : page.filter(({ key }) => key.apiId !== ROOT_API_ID);
    if (meant.length > 0) yield meant;
  } while (after !== null);
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
    outcomes.push('id' in decided ? failed(decided) : touched(decided, presentKey(found, nowMs)));
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
    if ('id' in decided) {
      outcomes.push(failed(decided));
      continue;
    }
    const frame = { tx, found, key: found.key, api, nowMs };
    const written = await applyChange(frame, run.caller, decided);
    events.push(...written.events);
    changes.push(...written.changes);
    outcomes.push(touched(decided, written.result.key));
  }
  return { result: outcomes, events, changes };
}

/** The change, or why there is none. Null for a key whose API is gone, and that with it. */
function decide(
  run: Run,
  { key }: KeyWithSecrets,
  api: ApiRecord | null,
  nowMs: number,
): KeyChange<object> | BulkFailure | null {
  if (api === null) return null;
  try {
    assertMayChange(run.caller, key, api);
    const change = run.flip({ key, api, nowMs });
    if (change.action !== null) assertNotPresented(run, key.id);
    return change;
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

function touched({ action }: KeyChange<object>, key: Key): Outcome {
  if (action === null) return { touched: null, failure: null };
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

/** Counts everything and lists the first of it, so that a run of any length takes the same memory. */
class Tally {
  #matched = 0;
  #changed = 0;
  #failures = 0;
  readonly #data: TouchedKey[] = [];
  readonly #failed: BulkFailure[] = [];

  add(outcomes: readonly Outcome[]): void {
    this.#matched += outcomes.length;
    for (const outcome of outcomes) {
      if (outcome.touched !== null) {
        this.#changed += 1;
        if (this.#data.length < MAX_BULK_LISTED) this.#data.push(outcome.touched);
      } else if (outcome.failure !== null) {
        this.#failures += 1;
        if (this.#failed.length < MAX_BULK_LISTED) this.#failed.push(outcome.failure);
      }
    }
  }

  result(): Pick<KeysTouched, 'matched' | 'changed' | 'data' | 'failed' | 'truncated'> {
    return {
      matched: this.#matched,
      changed: this.#changed,
      data: this.#data,
      failed: this.#failed,
      truncated: this.#changed > this.#data.length || this.#failures > this.#failed.length,
    };
  }
}
