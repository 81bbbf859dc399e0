import { ROOT_API_ID, type Insight, type InsightKind, type InsightOf } from '@claviger/contract';
import type { Evidence } from '../ports/insight-store.ts';
import type { ApiRecord, KeyWithSecrets } from '../ports/records.ts';
import { DAY_MS, isoTime } from '../times.ts';
import { resolveGrants } from '../verification/grants.ts';

/** An active key with all that is known of it. */
export interface ExaminedKey extends KeyWithSecrets {
  readonly api: ApiRecord;
  readonly seen: Evidence;
  readonly nowMs: number;
  readonly days: number;
  /** The beginning of these days. */
  readonly since: number;
  /** Null: request logs are not watched. */
  readonly observedSince: number | null;
}

/** One thing to look for. Pure. */
export type Rule = (examined: ExaminedKey) => Insight | null;

type About<Kind extends InsightKind> = Pick<
  InsightOf<Kind>,
  'severity' | 'title' | 'evidence' | 'action'
> & { readonly since: number };

export function findingAbout<Kind extends InsightKind>(
  kind: Kind,
  { key }: ExaminedKey,
  { since, ...about }: About<Kind>,
): Insight {
  return {
    id: `${kind}:${key.id}`,
    kind,
    keyId: key.id,
    apiId: key.apiId,
    organizationId: key.organizationId,
    environment: key.environment,
    ...about,
    since: isoTime(since),
  } as Insight;
}

/** When it was last used, or could first have been. */
export function lastSignOfLife({ key, lastUsedAt }: ExaminedKey): number {
  return lastUsedAt ?? Math.max(key.createdAt, key.notBefore ?? 0);
}

/** All it holds, the preset's included. */
export const grantsOfKey = ({ key, api }: ExaminedKey): readonly string[] =>
  resolveGrants(api.definition, key.permissions, key.preset);

/**
 * The permission of root keys whose use is not on record: the entries of a log of verifications are those of
 * the keys that were verified.
 */
export const unrecorded = ({ key }: ExaminedKey): readonly string[] =>
  key.apiId === ROOT_API_ID ? ['keys:verify'] : [];

export const daysAgo = (nowMs: number, days: number): number => nowMs - days * DAY_MS;
