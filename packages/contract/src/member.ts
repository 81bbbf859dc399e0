import { z } from 'zod';
import { userId } from './account.ts';
import { effective } from './effective.ts';
import { pageQuery } from './lists.ts';
import { label, organizationId, timestamp } from './primitives.ts';
import { memberRoles, roles } from './roles.ts';

/** Those of the built-in organization are the operators of the installation. */
export const member = z
  .object({
    organizationId,
    userId,
    name: z.string(),
    email: z.string(),
    role: z.enum(roles).meta({ description: 'operator: in the organization `claviger` alone' }),
    createdAt: timestamp.meta({ description: 'When they became a member' }),
    lastSignInAt: timestamp.nullable(),
  })
  .meta({ id: 'Member' });
export type Member = z.output<typeof member>;

export const memberParams = z.object({ organizationId, userId });
export type MemberParams = z.output<typeof memberParams>;

export const listMembersQuery = z.strictObject({
  ...pageQuery,
  q: label(200).optional().meta({ description: 'Part of the name or e-mail' }),
});
export type ListMembers = z.output<typeof listMembersQuery>;

export const patchMemberBody = z
  .strictObject({ role: z.enum(memberRoles) })
  .meta({ id: 'PatchMember', example: { role: 'admin' } });
export type PatchMember = z.output<typeof patchMemberBody>;

export const memberChanged = z.object({ member }).meta({ id: 'MemberChanged' });
export type MemberChanged = z.output<typeof memberChanged>;

export const removeMemberQuery = z.strictObject({
  revokeKeys: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Revoke the keys of the organization that are theirs (`ownerId`), too' }),
});
export type RemoveMember = z.output<typeof removeMemberQuery>;

export const memberRemoved = z
  .object({
    organizationId,
    userId,
    removed: z.literal(true),
    revokedKeys: z.int().meta({ description: 'How many of their keys were revoked by it' }),
    effective,
  })
  .meta({ id: 'MemberRemoved' });
export type MemberRemoved = z.output<typeof memberRemoved>;
