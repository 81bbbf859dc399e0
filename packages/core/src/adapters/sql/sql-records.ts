import type { VerificationCode } from '@claviger/contract';
import { sql } from 'kysely';
import type { Change, ChangeFeed, FeedHead } from '../../ports/change-feed.ts';
import type { KnownPepper, PepperRegister } from '../../ports/pepper-register.ts';
import type { RateLimitStates } from '../../ports/rate-limit-states.ts';
import type {
  LastUse,
  SumUsage,
  UsageBatch,
  UsageCount,
  UsageStore,
  UsageSum,
} from '../../ports/usage-store.ts';
import { among, within } from './list-conditions.ts';
import { changeOfRow } from './rows.ts';
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
        await addCounts(tx, this.#flavor, batch.counts);
        await moveForward(tx, this.#flavor, 'key_last_uses', batch.keys);
        await moveForward(tx, this.#flavor, 'secret_last_uses', batch.secrets);
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

  sums({ filter, from, to, by, limit }: SumUsage): Promise<UsageSum[]> {
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db
        .selectFrom('usage_counts')
        .select(by.map((name) => `${USAGE_COLUMNS[name]} as ${name}` as const))
        .select(sql<number>`cast(sum(count) as bigint)`.as('count'))
        .where('hour', '>=', from)
        .where('hour', '<', to);
      // Of a key, its own index finds fewer rows than its organization's, which SQLite would take.
      const organization =
        filter.keyId === null ? 'organization_id' : sql<string>`coalesce(organization_id, '')`;
      const conditions = [
        within('api_id', filter.apiIds),
        within(organization, filter.organizationIds),
        within('environment', filter.environments),
      ];
      for (const condition of conditions) if (condition !== null) query = query.where(condition);
      if (filter.keyId !== null) query = query.where('key_id', '=', filter.keyId);
      if (filter.code !== null) query = query.where('code', '=', filter.code);
      if (by.length > 0) query = query.groupBy(by.map((name) => USAGE_COLUMNS[name]));
      const rows = await query
        .having(sql<number>`sum(count)`, '>', 0)
        .limit(limit)
        .execute();
      return rows as UsageSum[];
    });
  }

  countOfKeys(ids: readonly string[], fromMs: number): Promise<number> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db
        .selectFrom('usage_counts')
        .select(sql<number>`cast(coalesce(sum(count), 0) as bigint)`.as('sum'))
        .where(among('key_id', ids))
        .where('hour', '>=', fromMs);
      return (await query.executeTakeFirstOrThrow()).sum;
    });
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

const USAGE_COLUMNS = {
  hour: 'hour',
  keyId: 'key_id',
  apiId: 'api_id',
  organizationId: 'organization_id',
  environment: 'environment',
  code: 'code',
} as const;

/** One statement and one parameter for any number of rows; in the order of the index, so that neighbours share pages. */
async function addCounts(
  tx: SqlTransactionHandle,
  { elements }: SqlFlavor,
  counts: readonly UsageCount[],
): Promise<void> {
  if (counts.length === 0) return;
  const rows = counts.map(({ hour, keyId, apiId, organizationId, environment, code, count }) => {
    return [hour, keyId, apiId, organizationId, environment, code, count];
  });
  await sql`
    insert into usage_counts (hour, key_id, api_id, organization_id, environment, code, count)
    select cast(v.value ->> 0 as bigint), v.value ->> 1, v.value ->> 2, v.value ->> 3, v.value ->> 4,
      v.value ->> 5, sum(cast(v.value ->> 6 as bigint))
    from ${elements(JSON.stringify(rows))} where true group by 1, 2, 3, 4, 5, 6 order by 1, 2
    on conflict (hour, key_id, api_id, organization_id, environment, code)
    do update set count = usage_counts.count + excluded.count`.execute(tx);
}

/** A key that was deleted meanwhile gets no row back: last uses go with the key. */
async function moveForward(
  tx: SqlTransactionHandle,
  { elements }: SqlFlavor,
  table: 'key_last_uses' | 'secret_last_uses',
  uses: readonly LastUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const owner = sql.table(table === 'key_last_uses' ? 'keys' : 'secrets');
  const target = sql.table(table);
  const rows = JSON.stringify(uses.map(({ id, at }) => [id, at]));
  await sql`
    insert into ${target} (id, used_at)
    select owner.id, max(cast(v.value ->> 1 as bigint))
    from ${elements(rows)} join ${owner} as owner on owner.id = v.value ->> 0
    where true group by owner.id order by owner.id
    on conflict (id) do update set used_at = excluded.used_at
    where excluded.used_at > ${target}.used_at`.execute(tx);
}

export class SqlRateLimitStates implements RateLimitStates {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  load(): Promise<string | null> {
    return withStorageErrors(this.#flavor, async () => {
      const row = await this.#db.selectFrom('saved_rate_limits').select('state').executeTakeFirst();
      return row?.state ?? null;
    });
  }

  save(state: string): Promise<void> {
    return withStorageErrors(this.#flavor, async () => {
      await this.#db
        .insertInto('saved_rate_limits')
        .values({ one: 1, state })
        .onConflict((conflict) => conflict.column('one').doUpdateSet({ state }))
        .execute();
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
      const secrets = this.#db
        .selectFrom('secrets')
        .select('id')
        .where('pepper_version', '=', version);
      const webhooks = this.#db
        .selectFrom('webhooks')
        .select('id')
        .where('secret_pepper_version', '=', version);
      return (await secrets.unionAll(webhooks).limit(1).executeTakeFirst()) !== undefined;
    });
  }
}
