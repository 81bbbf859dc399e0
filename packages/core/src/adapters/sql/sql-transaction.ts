import { sql } from 'kysely';
import type { CountFilter, Holdings, LockMode, Transaction } from '../../ports/committer.ts';
import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  SecretRecord,
} from '../../ports/records.ts';
import { holdingsOf } from '../holdings.ts';
import {
  apiOfRow,
  organizationOfRow,
  rowOfApi,
  rowOfCredits,
  rowOfKey,
  rowOfOrganization,
  rowOfSecret,
} from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { readKey } from './sql-key-store.ts';
import type { SqlTransactionHandle } from './tables.ts';

/** The writes of one work, inside the transaction that the committer opened. */
export class SqlTransaction implements Transaction {
  readonly #db: SqlTransactionHandle;
  readonly #flavor: SqlFlavor;

  constructor(db: SqlTransactionHandle, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  async lockApi(id: string, mode: LockMode): Promise<ApiRecord | null> {
    let query = this.#db.selectFrom('apis').selectAll().where('id', '=', id);
    if (this.#flavor.locksRows) query = mode === 'write' ? query.forUpdate() : query.forShare();
    const row = await query.executeTakeFirst();
    return row === undefined ? null : apiOfRow(row);
  }

  async lockOrganization(id: string, mode: LockMode): Promise<OrganizationRecord | null> {
    let query = this.#db.selectFrom('organizations').selectAll().where('id', '=', id);
    if (this.#flavor.locksRows) query = mode === 'write' ? query.forUpdate() : query.forShare();
    const row = await query.executeTakeFirst();
    return row === undefined ? null : organizationOfRow(row);
  }

  lockKey(id: string): Promise<KeyWithSecrets | null> {
    return readKey(this.#db, id, this.#flavor.locksRows);
  }

  async putApi(api: ApiRecord): Promise<void> {
    const { id, ...rest } = rowOfApi(api);
    await this.#db
      .insertInto('apis')
      .values({ id, ...rest })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
      .execute();
  }

  async deleteApi(id: string): Promise<void> {
    await this.#db.deleteFrom('apis').where('id', '=', id).execute();
  }

  async putOrganization(organization: OrganizationRecord): Promise<void> {
    const { id, ...rest } = rowOfOrganization(organization);
    await this.#db
      .insertInto('organizations')
      .values({ id, ...rest })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
      .execute();
  }

  async deleteOrganization(id: string): Promise<void> {
    await this.#db.deleteFrom('organizations').where('id', '=', id).execute();
  }

  async insertKey(key: KeyRecord): Promise<void> {
    await this.#db.insertInto('keys').values(rowOfKey(key)).execute();
  }

  async updateKey(key: KeyRecord): Promise<void> {
    const { id, ...rest } = rowOfKey(key);
    await this.#db.updateTable('keys').set(rest).where('id', '=', id).execute();
  }

  async deleteKey(id: string): Promise<void> {
    const secrets = this.#db.selectFrom('secrets').select('id').where('key_id', '=', id);
    await this.#db.deleteFrom('secret_last_uses').where('id', 'in', secrets).execute();
    await this.#db.deleteFrom('key_last_uses').where('id', '=', id).execute();
    await this.#db.deleteFrom('keys').where('id', '=', id).execute();
  }

  async insertSecret(secret: SecretRecord): Promise<void> {
    await this.#db.insertInto('secrets').values(rowOfSecret(secret)).execute();
  }

  async updateSecret({ id, expiresAt, endedAt }: SecretRecord): Promise<void> {
    await this.#db
      .updateTable('secrets')
      .set({ expires_at: expiresAt, ended_at: endedAt })
      .where('id', '=', id)
      .execute();
  }

  async deleteSecret(id: string): Promise<void> {
    await this.#db.deleteFrom('secret_last_uses').where('id', '=', id).execute();
    await this.#db.deleteFrom('secrets').where('id', '=', id).execute();
  }

  async countKeys(filter: CountFilter): Promise<number> {
    const { apiId, organizationId, liveAt, withRevoked } = filter;
    let query = this.#db.selectFrom('keys').select((e) => e.fn.countAll<number>().as('count'));
    if (apiId !== undefined) query = query.where('api_id', '=', apiId);
    if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId);
    if (withRevoked !== true) query = query.where('state', '!=', 'revoked');
    if (liveAt !== undefined) {
      query = query.where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', liveAt)]));
    }
    return (await query.executeTakeFirstOrThrow()).count;
  }

  async putCredits(keyId: string, credits: CreditsRecord | null): Promise<void> {
    if (credits === null) {
      await this.#db.deleteFrom('key_credits').where('key_id', '=', keyId).execute();
      return;
    }
    const { key_id, ...rest } = rowOfCredits(keyId, credits);
    await this.#db
      .insertInto('key_credits')
      .values({ key_id, ...rest })
      .onConflict((conflict) => conflict.column('key_id').doUpdateSet(rest))
      .execute();
  }

  async holdings(apiId: string): Promise<Holdings> {
    // Grouped by all of it: keys are many, and different sets of what they hold are few.
    const rows = await this.#db
      .selectFrom('keys')
      .select(['permissions', 'preset', 'kind', 'environment', 'resources'])
      .select([sql<number>`count(*)`.as('count'), sql<string>`min(id)`.as('example')])
      .where('api_id', '=', apiId)
      .where('state', '!=', 'revoked')
      .groupBy(['permissions', 'preset', 'kind', 'environment', 'resources'])
      .execute();
    return holdingsOf(
      rows.map((row) => ({
        permissions: JSON.parse(row.permissions) as string[],
        preset: row.preset,
        kind: row.kind,
        environment: row.environment,
        resourceTypes: Object.keys(JSON.parse(row.resources) as object),
        count: row.count,
        example: row.example,
      })),
    );
  }
}
