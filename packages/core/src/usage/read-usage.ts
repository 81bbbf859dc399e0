import { setImmediate } from 'node:timers/promises';
import {
  usageDimensionsOf,
  type Usage,
  type UsageDimension,
  type UsageQuery,
  type UsageRow,
} from '@claviger/contract';
import type { Claviger } from '../claviger.ts';
import { InvalidRequestError } from '../errors.ts';
import { readerOfRecords } from '../keys/reader-of-records.ts';
import type { UsageFilter, UsageSum } from '../ports/usage-store.ts';
import { narrowed, type Caller } from '../scope.ts';
import { isoTime } from '../times.ts';
import { intervalStart, usageSpan, type UsageSpan } from './usage-span.ts';

const MAX_ROWS = 10_000;

type Sum = Omit<UsageSum, 'hour' | 'count'> & { readonly start: number; count: number };

/**
 * The counts the caller may see, what was verified just now included. Throws `InvalidRequestError` for a
 * span that is too long, for an answer of more than 10,000 rows, and for no key where one is needed.
 */
export async function readUsage(
  { storage, recorder, clock }: Pick<Claviger, 'storage' | 'recorder' | 'clock'>,
  caller: Caller,
  query: UsageQuery,
): Promise<Usage> {
  const span = usageSpan(query, clock.now());
  const filter = filterOf(await readerOfRecords({ storage }, caller, query.keyId), query);
  const dimensions = usageDimensionsOf(query);
  const sums = new Map<string, Sum>();
  await recorder.flushForReaders();
  // A day at a time, and those in who wait: on SQLite, that is as long as one statement takes.
  for (const day of daysOf(span)) {
    const by = query.interval === 'hour' ? (['hour', ...dimensions] as const) : dimensions;
    const found = await storage.usage.sums({ filter, ...day, by, limit: MAX_ROWS + 1 });
    for (const sum of found) {
      add(sums, dimensions, intervalStart(query.interval, sum.hour ?? day.from), sum);
    }
    if (sums.size > MAX_ROWS) throw tooManyRows();
    await setImmediate();
  }
  const { from, to } = span;
  const data = [...sums.values()].toSorted(inOrderOf(dimensions)).map((sum) => present(sum));
  return { from: isoTime(from), to: isoTime(to), data };
}

function filterOf({ scope }: Caller, query: UsageQuery): UsageFilter {
  return {
    ...narrowed(scope, query),
    keyId: query.keyId ?? null,
    code: query.code ?? null,
  };
}

/** No piece reaches from one interval into the next, whether they are hours, days or months. */
function* daysOf({ from, to }: UsageSpan): Generator<UsageSpan> {
  for (let start = from; start < to;) {
    const end = Math.min(to, intervalStart('day', start, 1));
    yield { from: start, to: end };
    start = end;
  }
}

function add(
  sums: Map<string, Sum>,
  dimensions: readonly UsageDimension[],
  start: number,
  found: UsageSum,
): void {
  const groups = dimensions.map((name) => [name, found[name]] as const);
  const slot = JSON.stringify([start, ...groups]);
  const known = sums.get(slot);
  if (known !== undefined) known.count += found.count;
  else sums.set(slot, { start, ...Object.fromEntries(groups), count: found.count });
}

const tooManyRows = () =>
  new InvalidRequestError([
    {
      pointer: '/query/groupBy',
      message:
        'gives more than 10,000 rows. Ask for less time or a longer interval, filter by "organizationId", "apiId" or "keyId", or group by less',
    },
  ]);

function inOrderOf(dimensions: readonly UsageDimension[]) {
  return (a: Sum, b: Sum): number => {
    if (a.start !== b.start) return a.start - b.start;
    const differing = dimensions.find((name) => a[name] !== b[name]);
    if (differing === undefined) return 0;
    return (a[differing] ?? '') < (b[differing] ?? '') ? -1 : 1;
  };
}

/** Counts keep an empty text where there is no key. */
function present({ start, count, ...sum }: Sum): UsageRow {
  const groups = Object.entries(sum).map(([name, value]) => [name, value === '' ? null : value]);
  return { start: isoTime(start), ...Object.fromEntries(groups), count } as UsageRow;
}
