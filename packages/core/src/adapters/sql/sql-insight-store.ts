import { sql, type RawBuilder } from 'kysely';
import {
  MAX_PROBES,
  MAX_ROWS_OF_KEY,
  type Evidence,
  type InsightStore,
  type ListProbesQuery,
  type NetworkUse,
  type Observations,
  type OriginUse,
  type PermissionUse,
  type Probe,
} from '../../ports/insight-store.ts';
import { within } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql, SqlTransactionHandle } from './tables.ts';

/** `$column` of the row that is there moves back to, or forward to, that of the new one. */
const earlier = (table: string, column: string) => moved(table, column, sql`<`);
const later = (table: string, column: string) => moved(table, column, sql`>`);

function moved(table: string, column: string, comparison: RawBuilder<unknown>) {
  const [added, known] = [sql.ref(`excluded.${column}`), sql.ref(`${table}.${column}`)];
  return sql`case when ${added} ${comparison} ${known} then ${added} else ${known} end`;
}

export class SqlInsightStore implements InsightStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  record({ permissions, networks, origins, probes }: Observations): Promise<void> {
    return withStorageErrors(this.#flavor, () =>
      this.#db.transaction().execute(async (tx) => {
        await addPermissions(tx, this.#flavor, permissions);
        await addNetworks(tx, this.#flavor, networks);
        await addOrigins(tx, this.#flavor, origins);
        await addProbes(tx, this.#flavor, probes);
      }),
    );
  }

  evidenceOf(keyIds: readonly string[]): Promise<Evidence> {
    const ids = this.#flavor.elements(JSON.stringify(keyIds.map((id) => [id])));
    const ofKeys = sql<string>`(select v.value ->> 0 from ${ids})`;
    return withStorageErrors(this.#flavor, async () => ({
      permissions: await this.#db
        .selectFrom('key_permission_uses')
        .select(['key_id as keyId', 'permission', 'last_used_at as lastUsedAt'])
        .where('key_id', 'in', ofKeys)
        .execute(),
      networks: await this.#db
        .selectFrom('key_networks')
        .select(['key_id as keyId', 'secret_id as secretId', 'network', 'user_agent as userAgent'])
        .select(['first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt', 'count'])
        .where('key_id', 'in', ofKeys)
        .execute(),
      origins: await this.#db
        .selectFrom('key_browser_origins')
        .select(['key_id as keyId', 'origin'])
        .select(['first_seen_at as firstSeenAt', 'last_seen_at as lastSeenAt', 'count'])
        .where('key_id', 'in', ofKeys)
        .execute(),
      replaced: await this.#replaced(ofKeys),
    }));
  }

  async #replaced(ofKeys: RawBuilder<string>): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('keys')
      .select('replaces_key_id as id')
      .distinct()
      .where('replaces_key_id', 'in', ofKeys)
      .where('state', '!=', 'revoked')
      .execute();
    return rows.map(({ id }) => id).filter((id) => id !== null);
  }

  listProbes({ apiIds, since, minCount, limit }: ListProbesQuery): Promise<Probe[]> {
    return withStorageErrors(this.#flavor, () => {
      let query = this.#db
        .selectFrom('probes')
        .select(['api_id as apiId', 'address', 'hour', 'count'])
        .select(['last_seen_at as lastSeenAt', 'hint'])
        .where('hour', '>=', since)
        .where('count', '>=', minCount);
      const condition = within('api_id', apiIds);
      if (condition !== null) query = query.where(condition);
      return query.orderBy('count', 'desc').orderBy('address').limit(limit).execute();
    });
  }

  observedSince(): Promise<number | null> {
    return withStorageErrors(this.#flavor, async () => {
      const row = await this.#db.selectFrom('insight_watch').select('since').executeTakeFirst();
      return row?.since ?? null;
    });
  }

  setObservedSince(since: number | null): Promise<void> {
    return withStorageErrors(this.#flavor, async () => {
      if (since === null) {
        await this.#db.deleteFrom('insight_watch').execute();
        return;
      }
      await this.#db
        .insertInto('insight_watch')
        .values({ one: 1, since })
        .onConflict((conflict) => conflict.column('one').doUpdateSet({ since }))
        .execute();
    });
  }

  deleteOld(before: { keys: number; probes: number }, limit: number): Promise<number> {
    const deleteRows = async (table: string, time: string, ids: string[], beforeMs: number) => {
      const columns = sql.join(ids.map((id) => sql.ref(id)));
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where (${columns}) in (
          select ${columns} from ${sql.table(table)} where ${sql.ref(time)} < ${beforeMs}
          order by ${sql.ref(time)} limit ${limit})`.execute(this.#db);
      return Number(numAffectedRows ?? 0);
    };
    const { keys, probes } = before;
    return withStorageErrors(
      this.#flavor,
      async () =>
        (await deleteRows('key_permission_uses', 'last_used_at', ['key_id', 'permission'], keys)) +
        (await deleteRows(
          'key_networks',
          'last_seen_at',
          ['key_id', 'secret_id', 'network'],
          keys,
        )) +
        (await deleteRows('key_browser_origins', 'last_seen_at', ['key_id', 'origin'], keys)) +
        (await deleteRows('probes', 'hour', ['api_id', 'address', 'hour'], probes)),
    );
  }
}

/** One statement and one parameter for any number of rows, as with usage counts. */
async function addPermissions(
  tx: SqlTransactionHandle,
  flavor: SqlFlavor,
  uses: readonly PermissionUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map(({ keyId, permission, lastUsedAt }) => [keyId, permission, lastUsedAt]);
  await sql`
    insert into key_permission_uses (key_id, permission, last_used_at)
    select owner.id, v.value ->> 1, max(cast(v.value ->> 2 as bigint))
    from ${flavor.elements(JSON.stringify(rows))} join keys as owner on owner.id = v.value ->> 0
    where true group by 1, 2 order by 1, 2
    on conflict (key_id, permission)
    do update set last_used_at = ${later('key_permission_uses', 'last_used_at')}`.execute(tx);
  await trim(tx, flavor, uses, {
    table: 'key_permission_uses',
    ids: ['key_id', 'permission'],
    // Those that are not asked for any more say nothing that is needed.
    order: sql`last_used_at desc, permission`,
    max: MAX_ROWS_OF_KEY.permissions,
  });
}

async function addNetworks(
  tx: SqlTransactionHandle,
  flavor: SqlFlavor,
  uses: readonly NetworkUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map((use) => [
    use.keyId,
    use.secretId,
    use.network,
    use.firstSeenAt,
    use.lastSeenAt,
    use.count,
    use.userAgent,
  ]);
  const table = 'key_networks';
  await sql`
    insert into key_networks
      (key_id, secret_id, network, first_seen_at, last_seen_at, count, user_agent)
    select owner.id, v.value ->> 1, v.value ->> 2, min(cast(v.value ->> 3 as bigint)),
      max(cast(v.value ->> 4 as bigint)), sum(cast(v.value ->> 5 as bigint)), max(v.value ->> 6)
    from ${flavor.elements(JSON.stringify(rows))} join keys as owner on owner.id = v.value ->> 0
    where true group by 1, 2, 3 order by 1, 2, 3
    on conflict (key_id, secret_id, network) do update set
      first_seen_at = ${earlier(table, 'first_seen_at')},
      last_seen_at = ${later(table, 'last_seen_at')},
      count = key_networks.count + excluded.count,
      user_agent = coalesce(excluded.user_agent, key_networks.user_agent)`.execute(tx);
  await trim(tx, flavor, uses, {
    table,
    ids: ['key_id', 'secret_id', 'network'],
    order: sql`first_seen_at, secret_id, network`,
    max: MAX_ROWS_OF_KEY.networks,
  });
}

async function addOrigins(
  tx: SqlTransactionHandle,
  flavor: SqlFlavor,
  uses: readonly OriginUse[],
): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map((use) => [
    use.keyId,
    use.origin,
    use.firstSeenAt,
    use.lastSeenAt,
    use.count,
  ]);
  const table = 'key_browser_origins';
  await sql`
    insert into key_browser_origins (key_id, origin, first_seen_at, last_seen_at, count)
    select owner.id, v.value ->> 1, min(cast(v.value ->> 2 as bigint)),
      max(cast(v.value ->> 3 as bigint)), sum(cast(v.value ->> 4 as bigint))
    from ${flavor.elements(JSON.stringify(rows))} join keys as owner on owner.id = v.value ->> 0
    where true group by 1, 2 order by 1, 2
    on conflict (key_id, origin) do update set
      first_seen_at = ${earlier(table, 'first_seen_at')},
      last_seen_at = ${later(table, 'last_seen_at')},
      count = key_browser_origins.count + excluded.count`.execute(tx);
  await trim(tx, flavor, uses, {
    table,
    ids: ['key_id', 'origin'],
    order: sql`first_seen_at, origin`,
    max: MAX_ROWS_OF_KEY.origins,
  });
}

async function addProbes(
  tx: SqlTransactionHandle,
  { elements }: SqlFlavor,
  probes: readonly Probe[],
): Promise<void> {
  if (probes.length === 0) return;
  const rows = probes.map(({ apiId, address, hour, count, lastSeenAt, hint }) => {
    return [apiId, address, hour, count, lastSeenAt, hint];
  });
  await sql`
    insert into probes (api_id, address, hour, count, last_seen_at, hint)
    select v.value ->> 0, v.value ->> 1, cast(v.value ->> 2 as bigint),
      sum(cast(v.value ->> 3 as bigint)), max(cast(v.value ->> 4 as bigint)), max(v.value ->> 5)
    from ${elements(JSON.stringify(rows))} where true group by 1, 2, 3 order by 1, 2, 3
    on conflict (api_id, address, hour) do update set
      count = probes.count + excluded.count,
      last_seen_at = ${later('probes', 'last_seen_at')},
      hint = coalesce(excluded.hint, probes.hint)`.execute(tx);
  await sql`
    delete from probes where (api_id, address, hour) in (
      select api_id, address, hour from probes order by hour, count
      limit (select case when count(*) > ${MAX_PROBES} then count(*) - ${MAX_PROBES} else 0 end
        from probes))`.execute(tx);
}

interface Trimmed {
  readonly table: string;
  readonly ids: readonly string[];
  readonly order: RawBuilder<unknown>;
  readonly max: number;
}

/** Of these keys, no more rows stay than one may have: the first in the order. */
async function trim(
  tx: SqlTransactionHandle,
  { elements }: SqlFlavor,
  uses: readonly { readonly keyId: string }[],
  { table, ids, order, max }: Trimmed,
): Promise<void> {
  const keyIds = [...new Set(uses.map(({ keyId }) => keyId))].map((id) => [id]);
  const columns = sql.join(ids.map((id) => sql.ref(id)));
  await sql`
    delete from ${sql.table(table)} where (${columns}) in (
      select ${columns} from (
        select ${columns}, row_number() over (partition by key_id order by ${order}) as place
        from ${sql.table(table)}
        where key_id in (select v.value ->> 0 from ${elements(JSON.stringify(keyIds))})) as numbered
      where place > ${max})`.execute(tx);
}
