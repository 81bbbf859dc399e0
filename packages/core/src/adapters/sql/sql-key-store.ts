import { sql, type CompiledQuery } from 'kysely';
import type {
  CountKeysQuery,
  FoundSecret,
  KeyStore,
  ListApisQuery,
  ListKeysQuery,
  ListOrganizationsQuery,
} from '../../ports/key-store.ts';
import type {
  ApiRecord,
  CreditsRecord,
  KeyWithSecrets,
  OrganizationRecord,
} from '../../ports/records.ts';
import { keyConditions, sortExpression } from './key-conditions.ts';
import { among, anyContains, newestFirst } from './list-conditions.ts';
import { apiOfRow, creditsOfRow, keyOfRow, organizationOfRow, secretOfRow } from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { KeysTable, Sql } from './tables.ts';

export class SqlKeyStore implements KeyStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;
  /** By number of digests. Building and compiling would cost several times the look-up itself. */
  readonly #findSecret = new Map<number, CompiledQuery<FoundRow>>();

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  findSecret(digests: readonly Buffer[]): Promise<FoundSecret | null> {
    if (digests.length === 0) return Promise.resolve(null);
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#findSecret.get(digests.length);
      if (query === undefined) {
        query = findSecretQuery(this.#db, digests);
        this.#findSecret.set(digests.length, query);
      }
      const found = await this.#db.executeQuery<FoundRow>({ ...query, parameters: digests });
      const [row] = found.rows;
      if (row === undefined) return null;
      return {
        key: keyOfRow(row),
        secret: secretOfRow({
          id: row.secret_id,
          key_id: row.id,
          type: row.secret_type,
          digest: row.secret_digest,
          pepper_version: row.secret_pepper_version,
          hint: row.secret_hint,
          created_at: row.secret_created_at,
          expires_at: row.secret_expires_at,
          ended_at: row.secret_ended_at,
        }),
      };
    });
  }

  getApi(id: string): Promise<ApiRecord | null> {
    return withStorageErrors(this.#flavor, async () => {
      const row = await this.#db
        .selectFrom('apis')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : apiOfRow(row);
    });
  }

  getOrganization(id: string): Promise<OrganizationRecord | null> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db.selectFrom('organizations').selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : organizationOfRow(row);
    });
  }

  getKey(id: string): Promise<KeyWithSecrets | null> {
    return withStorageErrors(this.#flavor, () => readKey(this.#db, id));
  }

  listApis({ ids, after, limit }: ListApisQuery): Promise<ApiRecord[]> {
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db.selectFrom('apis').selectAll();
      if (ids !== null) query = query.where(among('id', ids));
      const rows = await newestFirst(query, after, limit).execute();
      return rows.map(apiOfRow);
    });
  }

  listOrganizations(request: ListOrganizationsQuery): Promise<OrganizationRecord[]> {
    const { ids, text, after, limit } = request;
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db.selectFrom('organizations').selectAll();
      if (ids !== null) query = query.where(among('id', ids));
      if (text !== null) query = query.where(anyContains(this.#flavor, ['name', 'id'], text));
      const rows = await newestFirst(query, after, limit).execute();
      return rows.map(organizationOfRow);
    });
  }

  /** Which keys come first is found out before they are read: to sort whole rows takes twice as long. */
  listKeys(request: ListKeysQuery): Promise<KeyWithSecrets[]> {
    const { sort, order, after, limit } = request;
    return withStorageErrors(this.#flavor, async () => {
      const by = sortExpression(sort);
      let first = matching(this.#db, this.#flavor, request);
      if (after !== null) {
        const beyond = order === 'asc' ? sql`>` : sql`<`;
        first = first.where(sql<boolean>`(${by}, keys.id) ${beyond} (${after.value}, ${after.id})`);
      }
      const rows = await this.#db
        .with('first', () => first.orderBy(by, order).orderBy('keys.id', order).limit(limit))
        .selectFrom('first')
        .innerJoin('keys', 'keys.id', 'first.id')
        .leftJoin('key_last_uses as used', 'used.id', 'keys.id')
        .selectAll('keys')
        .select('used.used_at as last_used_at')
        .orderBy(by, order)
        .orderBy('keys.id', order)
        .execute();
      return withSecrets(this.#db, rows);
    });
  }

  countKeys(request: CountKeysQuery): Promise<number> {
    return withStorageErrors(this.#flavor, async () => {
      const found = matching(this.#db, this.#flavor, request).limit(request.limit);
      const counted = this.#db
        .selectFrom(found.as('found'))
        .select(sql<number>`cast(count(*) as bigint)`.as('count'));
      return (await counted.executeTakeFirstOrThrow()).count;
    });
  }
}

function matching(db: Sql, flavor: SqlFlavor, wanted: Pick<CountKeysQuery, 'filter' | 'nowMs'>) {
  const query = db
    .selectFrom('keys')
    .leftJoin('key_last_uses as used', 'used.id', 'keys.id')
    .select('keys.id');
  return keyConditions(flavor, wanted).reduce((so, condition) => so.where(condition), query);
}

interface FoundRow extends KeysTable {
  secret_id: string;
  secret_type: string;
  secret_digest: Buffer;
  secret_pepper_version: number;
  secret_hint: string;
  secret_created_at: number;
  secret_expires_at: number | null;
  secret_ended_at: number | null;
}

function findSecretQuery(db: Sql, digests: readonly Buffer[]): CompiledQuery<FoundRow> {
  return db
    .selectFrom('secrets')
    .innerJoin('keys', 'keys.id', 'secrets.key_id')
    .selectAll('keys')
    .select([
      'secrets.id as secret_id',
      'secrets.type as secret_type',
      'secrets.digest as secret_digest',
      'secrets.pepper_version as secret_pepper_version',
      'secrets.hint as secret_hint',
      'secrets.created_at as secret_created_at',
      'secrets.expires_at as secret_expires_at',
      'secrets.ended_at as secret_ended_at',
    ])
    .where('secrets.digest', 'in', [...digests])
    .compile();
}

/** `lock`: hold the row against other writers until the transaction ends. */
export async function readKey(db: Sql, id: string, lock = false): Promise<KeyWithSecrets | null> {
  const [found] = await readKeys(db, [id], lock);
  return found ?? null;
}

/** `lock`: hold the rows, taken in the order of their ids, until the transaction ends. */
export async function readKeys(
  db: Sql,
  ids: readonly string[],
  lock = false,
): Promise<KeyWithSecrets[]> {
  if (ids.length === 0) return [];
  let query = db.selectFrom('keys').selectAll().where('id', 'in', ids).orderBy('id');
  if (lock) query = query.forUpdate();
  const rows = await query.execute();
  const found = await db
    .selectFrom('key_last_uses')
    .select(['id', 'used_at'])
    .where('id', 'in', ids)
    .execute();
  const uses = new Map(found.map(({ id, used_at }) => [id, used_at]));
  return withSecrets(
    db,
    rows.map((row) => ({ ...row, last_used_at: uses.get(row.id) ?? null })),
  );
}

type KeyRow = KeysTable & { last_used_at: number | null };

async function withSecrets(db: Sql, rows: readonly KeyRow[]): Promise<KeyWithSecrets[]> {
  if (rows.length === 0) return [];
  const secrets = await db
    .selectFrom('secrets')
    .leftJoin('secret_last_uses as used', 'used.id', 'secrets.id')
    .selectAll('secrets')
    .select('used.used_at')
    .where(
      'secrets.key_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('secrets.created_at', 'desc')
    .orderBy('secrets.id', 'desc')
    .execute();
  const byKey = Map.groupBy(secrets, ({ key_id }) => key_id);
  const credits = await creditsOf(db, rows);
  return rows.map((row) => {
    const own = byKey.get(row.id) ?? [];
    return {
      key: keyOfRow(row),
      secrets: own.map(secretOfRow),
      credits: credits.get(row.id) ?? null,
      lastUsedAt: row.last_used_at,
      secretLastUsedAt: new Map(
        own.flatMap(({ id, used_at }) => (used_at === null ? [] : [[id, used_at] as const])),
      ),
    };
  });
}

async function creditsOf(db: Sql, rows: readonly KeyRow[]): Promise<Map<string, CreditsRecord>> {
  const metered = rows.filter((row) => row.metered === 1).map(({ id }) => id);
  if (metered.length === 0) return new Map();
  const found = await db
    .selectFrom('key_credits')
    .selectAll()
    .where('key_id', 'in', metered)
    .execute();
  return new Map(found.map((row) => [row.key_id, creditsOfRow(row)]));
}
