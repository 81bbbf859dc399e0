import type { BulkFailure, BulkFilter, KeysTouched, TouchedKey } from '@claviger/contract';
import type { ClavigerClient } from '@claviger/sdk';

export const bulkDeeds = ['disable', 'enable', 'revoke', 'delete'] as const;
export type BulkDeed = (typeof bulkDeeds)[number];

export interface BulkAsk {
  readonly deed: BulkDeed;
  readonly filter: BulkFilter;
  readonly dryRun: boolean;
  readonly reason?: string;
}

/** What has come of a run so far. */
export interface BulkTotal {
  /** When it began, by the server's clock; null before. */
  readonly at: string | null;
  readonly matched: number;
  readonly changed: number;
  readonly lastDay: number;
  /** The first of them. */
  readonly examples: readonly TouchedKey[];
  readonly failed: readonly BulkFailure[];
  readonly failures: number;
  /** Where to go on; null before the first step and after the last. */
  readonly cursor: string | null;
  readonly isDone: boolean;
}

export const NOTHING_YET: BulkTotal = {
  at: null,
  matched: 0,
  changed: 0,
  lastDay: 0,
  examples: [],
  failed: [],
  failures: 0,
  cursor: null,
  isDone: false,
};

/** Keys in one step: a second of work or less, so that a bar moves and stopping is heard. */
const STEP = { dry: 10_000, real: 500 } as const;

/** As many as somebody reads. */
const SHOWN = 5;

/** The next step of a run. */
export async function takeStep(
  { keys }: ClavigerClient,
  { deed, filter, dryRun, reason }: BulkAsk,
  total: BulkTotal,
): Promise<BulkTotal> {
  const body = {
    filter,
    dryRun,
    limit: dryRun ? STEP.dry : STEP.real,
    ...(total.cursor !== null && { cursor: total.cursor }),
  };
  const answer =
    deed === 'delete'
      ? await keys.deleteMany(body)
      : await keys.bulk({ ...body, action: deed, ...(deed === 'revoke' && reason && { reason }) });
  return added(total, answer);
}

/** The keys that a dry run looked at: none that was made since. */
export function asLookedAt(filter: BulkFilter, { at }: BulkTotal): BulkFilter {
  if (at === null) return filter;
  // Those of that very moment were there already.
  return { ...filter, createdBefore: new Date(Date.parse(at) + 1).toISOString() };
}

function added(total: BulkTotal, answer: KeysTouched): BulkTotal {
  const { matched, changed, data, failed, lastDay, nextCursor } = answer;
  return {
    at: total.at ?? answer.at,
    matched: total.matched + matched,
    changed: total.changed + changed,
    lastDay: total.lastDay + (lastDay ?? 0),
    examples: [...total.examples, ...data].slice(0, SHOWN),
    failed: [...total.failed, ...failed].slice(0, SHOWN),
    failures: total.failures + failed.length,
    cursor: nextCursor,
    isDone: nextCursor === null,
  };
}
