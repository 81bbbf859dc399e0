import { setImmediate } from 'node:timers/promises';
import {
  insightKinds,
  type Insight,
  type InsightsListed,
  type ListInsights,
} from '@claviger/contract';
import { allApis } from '../apis/all-apis.ts';
import type { Claviger } from '../claviger.ts';
import { filterOf } from '../keys/key-filter.ts';
import { keyMatches } from '../keys/key-matches.ts';
import { positionOfCursor, cursorOf, type Sorting } from '../pages.ts';
import { NEVER_USED, type KeyFilter, type PagePosition } from '../ports/key-store.ts';
import type { ApiRecord, KeyWithSecrets } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { DAY_MS, isoTimeOrNull } from '../times.ts';
import { examineKey } from './examine-key.ts';
import { daysAgo, type ExaminedKey } from './examined-key.ts';
import { probingFindings } from './probing.ts';
import { remindWindowDays } from './rules/expiring-key.ts';

/** Keys looked at together, and for one page at most. */
const BATCH = 100;
const MAX_EXAMINED = 1_000;

const SORTING: Sorting = { name: 'insights', by: 'number' };

/** Before every key. */
const OF_NO_KEY = Number.MAX_SAFE_INTEGER;
/** Sorts after every finding of a key, and so does the key's id with it after the id alone. */
const AFTER_ALL = '~';

type Placed = { readonly finding: Insight; readonly position: PagePosition };

interface Examination {
  readonly filter: KeyFilter;
  readonly apis: ReadonlyMap<string, ApiRecord>;
  readonly about: Pick<ExaminedKey, 'nowMs' | 'days' | 'since' | 'observedSince'>;
}

/**
 * One page of what should be looked at, where the caller may look. What was verified just now is taken into
 * account. Throws `InvalidRequestError` for a foreign cursor; rejects with `StorageError`.
 */
export async function listInsights(
  claviger: Claviger,
  caller: Caller,
  request: ListInsights,
): Promise<InsightsListed> {
  const after = request.cursor === undefined ? null : positionOfCursor(request.cursor, SORTING);
  await writeWhatWaits(claviger);
  const examination = await prepare(claviger, caller, request);
  const found: Placed[] = isBeforeKeys(after)
    ? placed(await probing(claviger, caller, request, examination), after)
    : [];
  const keys =
    found.length > request.limit || request.kind === 'PROBING'
      ? { found: [], next: null }
      : await examineKeys(claviger, examination, request, after, request.limit - found.length);
  found.push(...keys.found);
  const page = found.slice(0, request.limit);
  const next = found.length > page.length ? (page.at(-1)?.position ?? null) : keys.next;
  return {
    data: page.map(({ finding }) => finding),
    nextCursor: next === null ? null : cursorOf(next, SORTING),
    observedSince: isoTimeOrNull(examination.about.observedSince),
  };
}

/** Last uses and logs first: what the logs say is observed when they are written. */
async function writeWhatWaits({ recorder, logs, insights }: Claviger): Promise<void> {
  await Promise.all([recorder.flushForReaders(), logs.flush()]);
  await insights.flush();
}

async function prepare(
  claviger: Claviger,
  caller: Caller,
  { days, kind, apiId, organizationId, environment }: ListInsights,
): Promise<Examination> {
  const { storage, insights, clock } = claviger;
  const nowMs = clock.now();
  const since = daysAgo(nowMs, days);
  const wanted = { apiId, organizationId, environment, status: 'active' as const };
  const filter = await filterOf(claviger, caller, wanted);
  const apis = await allApis(storage.keys, filter.apiIds);
  const reminders = apis.map(remindWindowDays);
  return {
    // Of these kinds, the store finds most keys that are not meant.
    filter: {
      ...filter,
      lastUsedBefore: kind === 'UNUSED_KEY' ? since : null,
      expiresBefore:
        kind === 'EXPIRING_KEY' ? nowMs + Math.max(1, ...reminders) * DAY_MS + 1 : null,
    },
    apis: new Map(apis.map((api) => [api.id, api])),
    about: { nowMs, days, since, observedSince: await insights.observedSince() },
  };
}

/** Addresses belong to no organization and no environment: whoever is bound to one does not see them. */
async function probing(
  { storage }: Claviger,
  { scope }: Caller,
  { kind = 'PROBING', keyId, organizationId, environment }: ListInsights,
  { filter, about }: Examination,
): Promise<Insight[]> {
  const isBound = scope.organizations !== null || scope.environments !== null;
  const isNarrowed = [keyId, organizationId, environment].some((id) => id !== undefined);
  if (isBound || isNarrowed || kind !== 'PROBING') return [];
  return probingFindings(storage.insights, filter.apiIds, about.nowMs);
}

const isBeforeKeys = (after: PagePosition | null): boolean =>
  after === null || after.value === OF_NO_KEY;

function placed(findings: readonly Insight[], after: PagePosition | null): Placed[] {
  return findings
    .map((finding) => ({ finding, position: { value: OF_NO_KEY, id: finding.id } }))
    .toSorted((a, b) => (a.position.id < b.position.id ? -1 : 1))
    .filter(({ position }) => after === null || position.id > after.id);
}

/** More than `wanted` findings, if there are more; `next` when it ended before the keys did. */
async function examineKeys(
  claviger: Claviger,
  examination: Examination,
  request: ListInsights,
  after: PagePosition | null,
  wanted: number,
): Promise<{ found: Placed[]; next: PagePosition | null }> {
  const found: Placed[] = [];
  let at = isBeforeKeys(after) ? null : after;
  for (let examined = 0; examined < MAX_EXAMINED; examined += BATCH) {
    const keys = await readKeys(claviger, examination, request, at);
    found.push(...(await findingsAbout(claviger, examination, request, keys, after)));
    const last = keys.at(-1);
    if (keys.length < BATCH || last === undefined) return { found, next: null };
    at = { value: last.key.createdAt, id: `${last.key.id} ${AFTER_ALL}` };
    if (found.length > wanted) break;
    // SQLite answers within the turn: let those in who wait for one.
    await setImmediate();
  }
  return { found, next: at };
}

async function readKeys(
  { storage }: Claviger,
  { filter, about: { nowMs } }: Examination,
  { keyId }: ListInsights,
  at: PagePosition | null,
): Promise<KeyWithSecrets[]> {
  if (keyId !== undefined) {
    const one = await storage.keys.getKey(keyId);
    if (one === null) return [];
    return keyMatches(filter, one.key, one.lastUsedAt ?? NEVER_USED, nowMs) ? [one] : [];
  }
  // Findings of the key that the page before ended with may be left: it is read again.
  const [id = '', part = ''] = at?.id.split(' ') ?? [];
  const after =
    at === null ? null : { value: at.value, id: part === AFTER_ALL ? id : id + AFTER_ALL };
  const order = { sort: 'createdAt', order: 'desc' } as const;
  return storage.keys.listKeys({ filter, ...order, after, limit: BATCH, nowMs });
}

async function findingsAbout(
  { storage }: Claviger,
  { apis, about }: Examination,
  { kind }: ListInsights,
  keys: readonly KeyWithSecrets[],
  after: PagePosition | null,
): Promise<Placed[]> {
  const evidence = await storage.insights.evidenceOf(keys.map(({ key }) => key.id));
  const permissions = Map.groupBy(evidence.permissions, ({ keyId }) => keyId);
  const networks = Map.groupBy(evidence.networks, ({ keyId }) => keyId);
  const origins = Map.groupBy(evidence.origins, ({ keyId }) => keyId);
  return keys.flatMap((found) => {
    const { id, apiId, createdAt } = found.key;
    const api = apis.get(apiId);
    // Deleted in this moment.
    if (api === undefined) return [];
    const seen = {
      permissions: permissions.get(id) ?? [],
      networks: networks.get(id) ?? [],
      origins: origins.get(id) ?? [],
      replaced: evidence.replaced,
    };
    return examineKey({ ...found, ...about, api, seen }, kind)
      .map((finding) => {
        const place = insightKinds.indexOf(finding.kind);
        return { finding, position: { value: createdAt, id: `${id} ${place}` } };
      })
      .filter(({ position }) => !isDone(position, after));
  });
}

/** It was on a page before: of the same key, and no later finding of it. Places have one digit. */
function isDone(position: PagePosition, after: PagePosition | null): boolean {
  const [id, place = ''] = position.id.split(' ');
  const [lastId, lastPlace = ''] = after?.id.split(' ') ?? [];
  return id === lastId && place <= lastPlace;
}
