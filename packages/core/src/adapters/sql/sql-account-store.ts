import type {
  AccountStore,
  InvitationRecord,
  ListPeopleQuery,
  MemberEntry,
  MemberRecord,
  Membership,
  RecoveryGrant,
  SetUpGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import type { PagePosition } from '../../ports/key-store.ts';
import {
  hasUserRows,
  memberOfRow,
  readMember,
  readMemberships,
  readUser,
  recoveryOfRow,
  userOfRow,
} from './account-rows.ts';
import { invitationOfRow, readInvitation } from './invitation-rows.ts';
import { anyContains, newestFirst } from './list-conditions.ts';
import type { SqlFlavor } from './sql-flavor.ts';
import { withStorageErrors } from './storage-errors.ts';
import type { Sql } from './tables.ts';

/** What people are searched by. */
const PERSON = ['account_users.name', 'account_users.email'];

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
    return withStorageErrors(this.#flavor, () => readUser(this.#db, 'id', id));
  }

  findUserByEmail(email: string): Promise<UserRecord | null> {
    return withStorageErrors(this.#flavor, () => readUser(this.#db, 'email', email));
  }

  getMember(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return withStorageErrors(this.#flavor, () => readMember(this.#db, organizationId, userId));
  }

  listMemberships(userId: string): Promise<Membership[]> {
    return withStorageErrors(this.#flavor, () => readMemberships(this.#db, userId));
  }

  listMembers(
    organizationId: string,
    { text, after, limit }: ListPeopleQuery,
  ): Promise<MemberEntry[]> {
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db
        .selectFrom('members')
        .innerJoin('account_users', 'account_users.id', 'members.user_id')
        .selectAll('account_users')
        .select(['members.role', 'members.created_at as joined_at'])
        .where('members.organization_id', '=', organizationId);
      if (text !== null) query = query.where(anyContains(this.#flavor, PERSON, text));
      if (after !== null) query = query.where('members.user_id', '>', after);
      const rows = await query.orderBy('members.user_id').limit(limit).execute();
      return rows.map(({ role, joined_at, ...row }) => {
        const member = { organization_id: organizationId, user_id: row.id, role };
        return {
          user: userOfRow(row),
          member: memberOfRow({ ...member, created_at: joined_at }),
        };
      });
    });
  }

  listOperators({ text, after, limit }: ListPeopleQuery): Promise<UserRecord[]> {
    return withStorageErrors(this.#flavor, async () => {
      let query = this.#db.selectFrom('account_users').selectAll().where('operator', '=', 1);
      if (text !== null) query = query.where(anyContains(this.#flavor, PERSON, text));
      if (after !== null) query = query.where('id', '>', after);
      return (await query.orderBy('id').limit(limit).execute()).map(userOfRow);
    });
  }

  listInvitations(
    organizationId: string,
    after: PagePosition | null,
    limit: number,
  ): Promise<InvitationRecord[]> {
    return withStorageErrors(this.#flavor, async () => {
      const query = this.#db
        .selectFrom('invitations')
        .selectAll()
        .where('organization_id', '=', organizationId);
      return (await newestFirst(query, after, limit).execute()).map(invitationOfRow);
    });
  }

  findInvitation(tokenHash: string): Promise<InvitationRecord | null> {
    return withStorageErrors(this.#flavor, () => readInvitation(this.#db, 'token_hash', tokenHash));
  }

  forgetInvitations(expiredBy: number): Promise<void> {
    return withStorageErrors(this.#flavor, async () => {
      await this.#db.deleteFrom('invitations').where('expires_at', '<=', expiredBy).execute();
    });
  }

  findRecovery(tokenHash: string): Promise<RecoveryGrant | null> {
    return withStorageErrors(this.#flavor, async () => {
      const all = this.#db.selectFrom('account_recoveries').selectAll();
      const row = await all.where('token_hash', '=', tokenHash).executeTakeFirst();
      return row === undefined ? null : recoveryOfRow(row);
    });
  }

  forgetRecoveries(expiredBy: number): Promise<void> {
    return withStorageErrors(this.#flavor, async () => {
      const all = this.#db.deleteFrom('account_recoveries');
      await all.where('expires_at', '<=', expiredBy).execute();
    });
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
