import type { Storage } from '../../src/ports/storage.ts';
import type { KeyRecord } from '../../src/ports/records.ts';
import { aKey, aSecret } from './records.ts';
import { recordUsage, write } from './seed.ts';

/** Keys written in one transaction: many enough that a page of an index is not written for each. */
const BATCH = 10_000;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const WHAT = ['Production', 'Nightly', 'Billing', 'Warehouse', 'Mobile', 'Partner', 'Reporting'];
const DOES = ['scheduler', 'export', 'import', 'relay', 'dashboard', 'sync', 'crawler', 'worker'];

/**
 * Writes so many keys of one organization and of `anApi()`, a minute apart and the last one now, as different as those of many people are: some disabled,
 * revoked, expired or never used, owned by a hundred people. As rows, without audit events.
 */
export async function writeManyKeys(
  storage: Storage,
  count: number,
  nowMs: number,
  fields: Partial<KeyRecord> = {},
): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, n) => start + n);
    const keys = numbers.map((n) => ({
      ...manyKey(n, nowMs - (count - n) * MINUTE_MS, nowMs),
      ...fields,
    }));
    const secrets = keys.map(({ id, createdAt }) => aSecret({ keyId: id, createdAt }));
    await write(storage, async (tx) => {
      for (const key of keys) await tx.insertKey(key);
      for (const secret of secrets) await tx.insertSecret(secret);
    });
    const used = keys.flatMap(({ id, createdAt }, n) =>
      n % 4 === 0 ? [] : [{ id, at: createdAt + ((n * 7_919) % (nowMs - createdAt)) }],
    );
    await recordUsage(storage, { keys: used });
  }
}

function manyKey(n: number, createdAt: number, nowMs: number): KeyRecord {
  const name = `${WHAT[n % WHAT.length]} ${DOES[n % DOES.length]} ${String(n).padStart(6, '0')}`;
  const preset = n % 3 === 0 ? 'read-only' : null;
  return aKey({
    name,
    createdAt,
    updatedAt: createdAt,
    description: n % 5 === 0 ? `Runs in the second hall, on host ${n % 400}.` : null,
    environment: n % 10 < 7 ? 'production' : 'staging',
    hint: `int_${digits(n * 31)}…${digits(n * 57)}`,
    preset,
    permissions: preset === null ? ['jobs_read', ...(n % 2 === 0 ? ['jobs_trigger'] : [])] : [],
    ownerId: n % 2 === 0 ? `user_${n % 100}` : null,
    state: n % 20 === 1 ? 'disabled' : n % 20 === 2 ? 'revoked' : 'enabled',
    expiresAt: n % 2 === 0 ? nowMs + ((n % 400) - 40) * DAY_MS : null,
  });
}

const digits = (n: number): string => String(n % 10_000).padStart(4, '0');
