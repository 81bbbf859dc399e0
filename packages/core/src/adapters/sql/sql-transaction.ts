import type { MemberRole } from '@claviger/contract';
import { sql, type SelectQueryBuilder } from 'kysely';
import {
  MAX_EXAMPLES,
  type CountFilter,
  type Holders,
  type Holdings,
  type LeakReport,
  type LockMode,
  type NewKey,
  type Transaction,
} from '../../ports/committer.ts';
import type { IdempotentAnswer } from '../../ports/idempotent-answers.ts';
import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  ResourceId,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type {
  InvitationRecord,
  MemberRecord,
  NewUser,
  RecoveryGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import type { WebhookRecord } from '../../ports/webhook-store.ts';
import { holdingsOf } from '../holdings.ts';
import {
  BY_PASSWORD,
  hasUserRows,
  readMember,
  readUser,
  recoveryOfRow,
  rowOfMember,
  rowOfRecovery,
  rowsOfNewUser,
} from './account-rows.ts';
import { invitationOfRow, readInvitation, rowOfInvitation } from './invitation-rows.ts';
import { batchesOf } from './batches.ts';
import {
  answerOfRow,
  apiOfRow,
  organizationOfRow,
  rowOfAnswer,
  rowOfApi,
  rowOfCredits,
  rowOfKey,
  rowOfOrganization,
  rowOfResource,
  rowOfSecret,
} from './rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { readKey, readKeys } from './sql-key-store.ts';
import { readResource } from './sql-resource-store.ts';
import type { AccountUsersTable, SqlTransactionHandle, Tables } from './tables.ts';
import { rowOfWebhook, webhookOfRow } from './webhook-rows.ts';

/** What was seen of a key, which goes with it. */
const KEY_OBSERVATIONS = ['key_permission_uses', 'key_networks', 'key_browser_origins'] as const;

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

  lockKeys(ids: readonly string[]): Promise<KeyWithSecrets[]> {
    return readKeys(this.#db, ids, this.#flavor.locksRows);
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

  async insertKeys(keys: readonly NewKey[]): Promise<void> {
    const secrets = keys.flatMap((each) => each.secrets);
    const credits = keys.flatMap(({ key, credits: own }) =>
      own ? [rowOfCredits(key.id, own)] : [],
    );
    for (const rows of batchesOf(keys.map(({ key }) => rowOfKey(key)))) {
      await this.#db.insertInto('keys').values(rows).execute();
    }
    for (const rows of batchesOf(secrets.map(rowOfSecret))) {
      await this.#db.insertInto('secrets').values(rows).execute();
    }
    for (const rows of batchesOf(credits)) {
      await this.#db.insertInto('key_credits').values(rows).execute();
    }
  }

  async updateKey(key: KeyRecord): Promise<void> {
    const { id, ...rest } = rowOfKey(key);
    await this.#db.updateTable('keys').set(rest).where('id', '=', id).execute();
  }

  async deleteKey(id: string): Promise<void> {
    const secrets = this.#db.selectFrom('secrets').select('id').where('key_id', '=', id);
    await this.#db.deleteFrom('secret_last_uses').where('id', 'in', secrets).execute();
    await this.#db.deleteFrom('key_last_uses').where('id', '=', id).execute();
    for (const table of KEY_OBSERVATIONS) {
      await this.#db.deleteFrom(table).where('key_id', '=', id).execute();
    }
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

  async takenDigests(digests: readonly Buffer[]): Promise<ReadonlySet<string>> {
    const taken = new Set<string>();
    for (const batch of batchesOf(digests)) {
      const query = this.#db.selectFrom('secrets').select('digest').where('digest', 'in', batch);
      for (const { digest } of await query.execute()) taken.add(digest.toString('hex'));
    }
    return taken;
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

  getResource(id: ResourceId): Promise<ResourceRecord | null> {
    return readResource(this.#db, id);
  }

  async putResource(resource: ResourceRecord): Promise<void> {
    const row = rowOfResource(resource);
    const { name, updated_at } = row;
    await this.#db
      .insertInto('resources')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'type', 'id']).doUpdateSet({ name, updated_at }),
      )
      .execute();
  }

  async deleteResource({ organizationId, type, id }: ResourceId): Promise<void> {
    await this.#db
      .deleteFrom('resources')
      .where('organization_id', '=', organizationId)
      .where('type', '=', type)
      .where('id', '=', id)
      .execute();
  }

  async countResources(organizationId: string, type: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('resources')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .where('type', '=', type)
      .executeTakeFirstOrThrow();
    return count;
  }

  async resourceHolders({ organizationId, type, id }: ResourceId): Promise<Holders> {
    const holders = this.#db
      .selectFrom('keys')
      .where('organization_id', '=', organizationId)
      .where('state', '!=', 'revoked')
      .where(this.#flavor.listHolds(sql`keys.resources`, type, id));
    const { count } = await holders
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count === 0) return { count, examples: [] };
    const some = await holders.select('id').orderBy('id').limit(MAX_EXAMPLES).execute();
    return { count, examples: some.map((key) => key.id) };
  }

  async lockWebhook(id: string): Promise<WebhookRecord | null> {
    let query = this.#db.selectFrom('webhooks').selectAll().where('id', '=', id);
    if (this.#flavor.locksRows) query = query.forUpdate();
    const row = await query.executeTakeFirst();
    return row === undefined ? null : webhookOfRow(row);
  }

  async putWebhook(webhook: WebhookRecord): Promise<void> {
    const { id, ...rest } = rowOfWebhook(webhook);
    await this.#db
      .insertInto('webhooks')
      .values({ id, ...rest })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
      .execute();
  }

  async deleteWebhook(id: string): Promise<void> {
    await this.#db.deleteFrom('webhooks').where('id', '=', id).execute();
  }

  async auditSequence(): Promise<number> {
    const heads = this.#db.selectFrom('heads').select('audit_sequence');
    return (await heads.executeTakeFirstOrThrow()).audit_sequence;
  }

  async countWebhooks(organizationId: string | null): Promise<number> {
    const { count } = await this.#db
      .selectFrom('webhooks')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('organization_id', organizationId === null ? 'is' : '=', organizationId)
      .executeTakeFirstOrThrow();
    return count;
  }

  async findAnswer(ids: readonly string[], createdAfter: number): Promise<IdempotentAnswer | null> {
    const query = this.#db
      .selectFrom('idempotent_answers')
      .selectAll()
      .where('id', 'in', [...ids])
      .where('created_at', '>', createdAfter);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : answerOfRow(row);
  }

  /** Of two transactions with one id, the database lets the second wait for the first, and see its row. */
  async insertAnswer(answer: IdempotentAnswer, replaceUpTo: number): Promise<boolean> {
    const { id, ...rest } = rowOfAnswer(answer);
    const written = await this.#db
      .insertInto('idempotent_answers')
      .values({ id, ...rest })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet(rest)
          .where('idempotent_answers.created_at', '<=', replaceUpTo),
      )
      .returning('id')
      .executeTakeFirst();
    return written !== undefined;
  }

  async insertUser(newUser: NewUser): Promise<void> {
    const { user, credential } = rowsOfNewUser(newUser);
    await this.#db.insertInto('account_users').values(user).execute();
    await this.#db.insertInto('account_credentials').values(credential).execute();
  }

  hasUsers(): Promise<boolean> {
    return hasUserRows(this.#db);
  }

  async putMember(member: MemberRecord): Promise<void> {
    const { role } = member;
    await this.#db
      .insertInto('members')
      .values(rowOfMember(member))
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'user_id']).doUpdateSet({ role }),
      )
      .execute();
  }

  getMember(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return readMember(this.#db, organizationId, userId);
  }

  getUser(id: string): Promise<UserRecord | null> {
    return readUser(this.#db, 'id', id);
  }

  findUserByEmail(email: string): Promise<UserRecord | null> {
    return readUser(this.#db, 'email', email);
  }

  setOperator(userId: string, operator: boolean): Promise<void> {
    return this.#changeUser(userId, { operator: Number(operator) });
  }

  countOperators(): Promise<number> {
    return countOf(this.#db.selectFrom('account_users').where('operator', '=', 1));
  }

  renameUser(userId: string, name: string): Promise<void> {
    return this.#changeUser(userId, { name });
  }

  noteSignIn(userId: string, at: number): Promise<void> {
    return this.#changeUser(userId, { last_sign_in_at: at });
  }

  async deleteMember(organizationId: string, userId: string): Promise<void> {
    await this.#db
      .deleteFrom('members')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute();
  }

  countMembers(organizationId: string, role: MemberRole): Promise<number> {
    const all = this.#db.selectFrom('members').where('organization_id', '=', organizationId);
    return countOf(all.where('role', '=', role));
  }

  async putInvitation(invitation: InvitationRecord): Promise<void> {
    const { id, ...rest } = rowOfInvitation(invitation);
    await this.#db
      .insertInto('invitations')
      .values({ id, ...rest })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
      .execute();
  }

  getInvitation(id: string): Promise<InvitationRecord | null> {
    return readInvitation(this.#db, 'id', id);
  }

  async getInvitationOf(organizationId: string, email: string): Promise<InvitationRecord | null> {
    const row = await this.#db
      .selectFrom('invitations')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('email', '=', email)
      .executeTakeFirst();
    return row === undefined ? null : invitationOfRow(row);
  }

  async deleteInvitation(id: string): Promise<void> {
    await this.#db.deleteFrom('invitations').where('id', '=', id).execute();
  }

  countInvitations(organizationId: string): Promise<number> {
    const all = this.#db.selectFrom('invitations');
    return countOf(all.where('organization_id', '=', organizationId));
  }

  async insertRecovery(grant: RecoveryGrant): Promise<void> {
    await this.#db.insertInto('account_recoveries').values(rowOfRecovery(grant)).execute();
  }

  async listRecoveries(userId: string): Promise<RecoveryGrant[]> {
    const all = this.#db.selectFrom('account_recoveries').selectAll();
    const rows = await all.where('user_id', '=', userId).orderBy('created_at', 'desc').execute();
    return rows.map(recoveryOfRow);
  }

  /** Of two that take it at once, the database lets the second wait for the first, and find nothing. */
  async takeRecovery(tokenHash: string, nowMs: number): Promise<RecoveryGrant | null> {
    const taken = await this.#db
      .deleteFrom('account_recoveries')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', nowMs)
      .returningAll()
      .executeTakeFirst();
    return taken === undefined ? null : recoveryOfRow(taken);
  }

  async deleteRecoveries(userId: string, via?: RecoveryGrant['via']): Promise<void> {
    const all = this.#db.deleteFrom('account_recoveries').where('user_id', '=', userId);
    await (via === undefined ? all : all.where('via', '=', via)).execute();
  }

  async recoverUser(userId: string, passwordHash: string, removesSecondFactor: boolean) {
    await this.#db
      .updateTable('account_credentials')
      .set({ password: passwordHash })
      .where('user_id', '=', userId)
      .where('provider_id', '=', BY_PASSWORD)
      .execute();
    await this.#db.deleteFrom('account_sessions').where('user_id', '=', userId).execute();
    if (!removesSecondFactor) return;
    await this.#db.deleteFrom('account_second_factors').where('user_id', '=', userId).execute();
    await this.#changeUser(userId, { two_factor_enabled: 0 });
  }

  /** Of two that take it at once, the database lets the second wait for the first, and find nothing. */
  async takeSetUpGrant(tokenHash: string, nowMs: number): Promise<boolean> {
    const taken = await this.#db
      .deleteFrom('account_setup')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', nowMs)
      .returning('one')
      .executeTakeFirst();
    return taken !== undefined;
  }

  async #changeUser(id: string, change: Partial<AccountUsersTable>): Promise<void> {
    await this.#db.updateTable('account_users').set(change).where('id', '=', id).execute();
  }

  async noteLeak(
    { secretId, reporter }: LeakReport,
    at: number,
    unlessAfter: number,
  ): Promise<boolean> {
    const written = await this.#db
      .insertInto('leak_reports')
      .values({ secret_id: secretId, reporter, reported_at: at })
      .onConflict((conflict) =>
        conflict
          .columns(['secret_id', 'reporter'])
          .doUpdateSet({ reported_at: at })
          .where('leak_reports.reported_at', '<=', unlessAfter),
      )
      .returning('secret_id')
      .executeTakeFirst();
    return written !== undefined;
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

async function countOf<Table extends keyof Tables>(
  rows: SelectQueryBuilder<Tables, Table, object>,
): Promise<number> {
  const counted = rows.select(sql<number>`count(*)`.as('count'));
  return (await counted.executeTakeFirstOrThrow()).count;
}
