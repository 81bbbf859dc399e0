import type { VerificationCode } from '@claviger/contract';
import { sql } from 'kysely';
import type { AuditEvent, AuditLog } from '../../ports/audit-log.ts';
import type { Change, ChangeFeed, FeedHead } from '../../ports/change-feed.ts';
import type { KnownPepper, PepperRegister } from '../../ports/pepper-register.ts';
import type { LastUse, UsageBatch, UsageCount, UsageStore } from '../../ports/usage-store.ts';
import { changeOfRow, eventOfRow } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql, SqlTransactionHandle } from './tables.ts';

export class SqlChangeFeed implements ChangeFeed {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;
  readonly #readHead: () => Promise<FeedHead>;

  /** `readHead` reads on the connection that holds the instance lock. */
  constructor(db: Sql, flavor: SqlFlavor, readHead: () => Promise<FeedHead>) {
    this.#db = db;
    this.#flavor = flavor;
    this.#readHead = readHead;
  }

  head(): Promise<FeedHead> {
    return withStorageErrors(this.#flavor, this.#readHead);
  }

  changesAfter({ seq, changeId }: FeedHead, limit: number): Promise<Change[] | null> {
    return withStorageErrors(this.#flavor, async () => {
      const rows = await this.#db
        .selectFrom('changes')
        .selectAll()
        .where('seq', '>=', seq)
        .orderBy('seq')
        .limit(limit + 1)
        .execute();
      const [first] = rows;
      if (seq === 0) {
        const fromStart = changeId === '' && (first === undefined || first.seq === 1);
        return fromStart ? rows.slice(0, limit).map(changeOfRow) : null;
      }
      if (first?.seq !== seq || first.change_id !== changeId) return null;
      return rows.slice(1).map(changeOfRow);
    });
  }
}

export class SqlUsageStore implements UsageStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  record(batch: UsageBatch): Promise<void> {
    return withStorageErrors(this.#flavor, () =>
      this.#db.transaction().execute(async (tx) => {
        await addCounts(tx, batch.counts);
        await moveForward(tx, 'key_last_uses', batch.keys);
        await moveForward(tx, 'secret_last_uses', batch.secrets);
        for (const { secretId, from, to, pepperVersion } of batch.redigests) {
          await tx
            .updateTable('secrets')
            .set({ digest: to, pepper_version: pepperVersion })
            .where('id', '=', secretId)
            .where('digest', '=', from)
            .execute();
        }
      }),
    );
  }

  countsSince(fromMs: number): Promise<UsageCount[]> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db.selectFrom('usage_counts').selectAll().where('hour', '>=', fromMs);
      const rows = await query.execute();
      return rows.map((row) => ({
        hour: row.hour,
        keyId: row.key_id,
        apiId: row.api_id,
        organizationId: row.organization_id,
        environment: row.environment,
        code: row.code as VerificationCode,
        count: row.count,
      }));
    });
  }
}

async function addCounts(tx: SqlTransactionHandle, counts: readonly UsageCount[]): Promise<void> {
  if (counts.length === 0) return;
  const rows = mergeRows(
    counts.map(({ hour, keyId, apiId, organizationId, environment, code, count }) => ({
      hour,
      key_id: keyId,
      api_id: apiId,
      organization_id: organizationId,
      environment,
      code,
      count,
    })),
    (row) => JSON.stringify({ ...row, count: 0 }),
    (a, b) => ({ ...a, count: a.count + b.count }),
  );
  await tx
    .insertInto('usage_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['hour', 'key_id', 'api_id', 'organization_id', 'environment', 'code'])
        .doUpdateSet({ count: sql<number>`usage_counts.count + excluded.count` }),
    )
    .execute();
}

/** One row for each target: PostgreSQL refuses to touch a row twice in one statement. */
function mergeRows<Row>(
  rows: readonly Row[],
  targetOf: (row: Row) => string,
  merge: (a: Row, b: Row) => Row,
): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const target = targetOf(row);
    const known = merged.get(target);
    merged.set(target, known === undefined ? row : merge(known, row));
  }
  return [...merged.values()];
}

/** A key that was deleted meanwhile gets no row back: last uses go with the key. */
async function moveForward(
  tx: SqlTransactionHandle,
  table: 'key_last_uses' | 'secret_last_uses',
  uses: readonly LastUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const of = table === 'key_last_uses' ? 'keys' : 'secrets';
  const ids = uses.map(({ id }) => id);
  const known = new Set(
    (await tx.selectFrom(of).select('id').where('id', 'in', ids).execute()).map(({ id }) => id),
  );
  const rows = mergeRows(
    uses.filter(({ id }) => known.has(id)).map(({ id, at }) => ({ id, used_at: at })),
    ({ id }) => id,
    (a, b) => (a.used_at > b.used_at ? a : b),
  );
  if (rows.length === 0) return;
  await tx
    .insertInto(table)
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ used_at: sql<number>`excluded.used_at` })
        .where(sql<boolean>`excluded.used_at > ${sql.ref(`${table}.used_at`)}`),
    )
    .execute();
}

export class SqlAuditLog implements AuditLog {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db
        .selectFrom('audit_events')
        .selectAll()
        .where('sequence', '>', sequence);
      const rows = await query.orderBy('sequence').limit(limit).execute();
      return rows.map(eventOfRow);
    });
  }
}

export class SqlPepperRegister implements PepperRegister {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  known(): Promise<KnownPepper[]> {
    return withStorageErrors(this.#flavor, () =>
      this.#db
        .selectFrom('peppers')
        .select(['version', 'fingerprint'])
        .orderBy('version')
        .execute(),
    );
  }

  add(peppers: readonly KnownPepper[]): Promise<void> {
    if (peppers.length === 0) return Promise.resolve();
    return withStorageErrors(this.#flavor, async () => {
      const rows = peppers.map(({ version, fingerprint }) => ({ version, fingerprint }));
      const insert = this.#db.insertInto('peppers').values(rows);
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
    });
  }

  isInUse(version: number): Promise<boolean> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db
        .selectFrom('secrets')
        .select('id')
        .where('pepper_version', '=', version);
      return (await query.limit(1).executeTakeFirst()) !== undefined;
    });
  }
}
