import type {
  AccountStore,
  MemberRecord,
  SetUpGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import { hasUserRows, readMember, readMemberships, userOfRow } from './account-rows.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';

export class SqlAccountStore implements AccountStore {
  readonly #db: Sql;
  readonly #flavor: SqlFlavor;

  constructor(db: Sql, flavor: SqlFlavor) {
    this.#db = db;
    this.#flavor = flavor;
  }

  hasUsers(): Promise<boolean> {
    return withStorageErrors(this.#flavor, () => hasUserRows(this.#db));
  }

  getUser(id: string): Promise<UserRecord | null> {
    return this.#findUser('id', id);
  }

  findUserByEmail(email: string): Promise<UserRecord | null> {
    return this.#findUser('email', email);
  }

  #findUser(column: 'id' | 'email', value: string): Promise<UserRecord | null> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db.selectFrom('account_users').selectAll().where(column, '=', value);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : userOfRow(row);
    });
  }

  getMember(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return withStorageErrors(this.#flavor, () => readMember(this.#db, organizationId, userId));
  }

  listMemberships(userId: string): Promise<MemberRecord[]> {
    return withStorageErrors(this.#flavor, () => readMemberships(this.#db, userId));
  }

  getSetUpGrant(): Promise<SetUpGrant | null> {
    return withStorageErrors(this.#flavor, async () => {
      const row = await this.#db.selectFrom('account_setup').selectAll().executeTakeFirst();
      return row === undefined ? null : { tokenHash: row.token_hash, expiresAt: row.expires_at };
    });
  }

  putSetUpGrant(grant: SetUpGrant | null): Promise<void> {
    return withStorageErrors(this.#flavor, async () => {
      if (grant === null) {
        await this.#db.deleteFrom('account_setup').execute();
        return;
      }
      const row = { token_hash: grant.tokenHash, expires_at: grant.expiresAt };
      await this.#db
        .insertInto('account_setup')
        .values({ one: 1, ...row })
        .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
        .execute();
    });
  }
}
