import type { MemberRole } from '@claviger/contract';
import type {
  MemberRecord,
  Membership,
  NewUser,
  RecoveryGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import type { Actor } from '../../ports/records.ts';
import { isoTime } from '../../times.ts';
import type {
  AccountCredentialsTable,
  AccountRecoveriesTable,
  AccountUsersTable,
  MembersTable,
  Sql,
  SqlTransactionHandle,
} from './tables.ts';

/** What the sign-in library calls a password of its own. */
export const BY_PASSWORD = 'credential';

export const userOfRow = (row: AccountUsersTable): UserRecord => ({
  id: row.id,
  email: row.email,
  name: row.name,
  operator: row.operator === 1,
  createdAt: Date.parse(row.created_at),
  lastSignInAt: row.last_sign_in_at,
});

/** E-mails are not verified: the operator, or who invites, answers for the first one. */
export function rowsOfNewUser(user: NewUser): {
  user: AccountUsersTable;
  credential: AccountCredentialsTable;
} {
  const { id, email, name, operator, passwordHash } = user;
  const at = isoTime(user.createdAt);
  const times = { created_at: at, updated_at: at };
  return {
    user: {
      id,
      email,
      name,
      email_verified: 0,
      operator: Number(operator),
      two_factor_enabled: 0,
      ...times,
      last_sign_in_at: user.lastSignInAt,
    },
    credential: {
      id,
      user_id: id,
      account_id: id,
      provider_id: BY_PASSWORD,
      password: passwordHash,
      ...times,
    },
  };
}

export const recoveryOfRow = (row: AccountRecoveriesTable): RecoveryGrant => ({
  tokenHash: row.token_hash,
  userId: row.user_id,
  via: row.via as RecoveryGrant['via'],
  removesSecondFactor: row.removes_second_factor === 1,
  createdBy: { type: row.created_by_type as Actor['type'], id: row.created_by_id },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export const rowOfRecovery = (grant: RecoveryGrant): AccountRecoveriesTable => ({
  token_hash: grant.tokenHash,
  user_id: grant.userId,
  via: grant.via,
  removes_second_factor: Number(grant.removesSecondFactor),
  created_by_type: grant.createdBy.type,
  created_by_id: grant.createdBy.id,
  created_at: grant.createdAt,
  expires_at: grant.expiresAt,
});

export const memberOfRow = (row: MembersTable): MemberRecord => ({
  organizationId: row.organization_id,
  userId: row.user_id,
  role: row.role as MemberRole,
  createdAt: row.created_at,
});

export const rowOfMember = (member: MemberRecord): MembersTable => ({
  organization_id: member.organizationId,
  user_id: member.userId,
  role: member.role,
  created_at: member.createdAt,
});

export async function hasUserRows(db: Sql | SqlTransactionHandle): Promise<boolean> {
  const row = await db.selectFrom('account_users').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

export async function readMember(
  db: Sql | SqlTransactionHandle,
  organizationId: string,
  userId: string,
): Promise<MemberRecord | null> {
  const row = await db
    .selectFrom('members')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row === undefined ? null : memberOfRow(row);
}

export async function readMemberships(db: Sql, userId: string): Promise<Membership[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('organizations', 'organizations.id', 'members.organization_id')
    .selectAll('members')
    .select('organizations.name as organization_name')
    .where('user_id', '=', userId)
    .orderBy('organization_id')
    .execute();
  return rows.map(({ organization_name: organizationName, ...row }) => ({
    ...memberOfRow(row),
    organizationName,
  }));
}

export async function readUser(
  db: Sql | SqlTransactionHandle,
  column: 'id' | 'email',
  value: string,
): Promise<UserRecord | null> {
  const query = db.selectFrom('account_users').selectAll().where(column, '=', value);
  const row = await query.executeTakeFirst();
  return row === undefined ? null : userOfRow(row);
}
