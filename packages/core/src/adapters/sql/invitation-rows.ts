import type { Role } from '@claviger/contract';
import type { InvitationRecord } from '../../ports/account-store.ts';
import type { Actor } from '../../ports/records.ts';
import type { InvitationsTable, Sql, SqlTransactionHandle } from './tables.ts';

export const invitationOfRow = (row: InvitationsTable): InvitationRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  email: row.email,
  role: row.role as Role,
  tokenHash: row.token_hash,
  createdBy: { type: row.created_by_type as Actor['type'], id: row.created_by_id },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export const rowOfInvitation = (invitation: InvitationRecord): InvitationsTable => ({
  id: invitation.id,
  organization_id: invitation.organizationId,
  email: invitation.email,
  role: invitation.role,
  token_hash: invitation.tokenHash,
  created_by_type: invitation.createdBy.type,
  created_by_id: invitation.createdBy.id,
  created_at: invitation.createdAt,
  expires_at: invitation.expiresAt,
});

export async function readInvitation(
  db: Sql | SqlTransactionHandle,
  column: 'id' | 'token_hash',
  value: string,
): Promise<InvitationRecord | null> {
  const query = db.selectFrom('invitations').selectAll().where(column, '=', value);
  const row = await query.executeTakeFirst();
  return row === undefined ? null : invitationOfRow(row);
}
