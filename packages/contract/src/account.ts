import { z } from 'zod';
import { effective } from './effective.ts';
import { label, organizationId, permissionId } from './primitives.ts';
import { memberRoles } from './roles.ts';

/** NIST SP 800-63B: length is what counts. The upper end bounds the work of hashing. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/** Names the organization that a person who signed in acts in. */
export const ORGANIZATION_HEADER = 'X-Claviger-Organization';

export const userId = z
  .string()
  .regex(/^usr_[0-9A-Za-z]{22}$/, 'must be an id that begins usr_')
  .meta({ example: 'usr_0PxJmZ3kVb7cQm1tYw8sLd' });

/** Compared in lower case, as people write theirs in either. */
export const email = z
  .string()
  .max(254)
  .regex(z.regexes.email, 'must be an e-mail address')
  .transform((text) => text.toLowerCase());

/** One that is chosen now. */
export const newPassword = z
  .string()
  .min(PASSWORD_LENGTH.min, `must have at least ${PASSWORD_LENGTH.min} characters`)
  .max(PASSWORD_LENGTH.max, `must have at most ${PASSWORD_LENGTH.max} characters`);

export const setUpBody = z
  .strictObject({
    token: z.string().min(1).max(200).meta({ description: 'From the set-up link' }),
    email,
    name: label(100),
    password: newPassword,
  })
  .meta({
    id: 'SetUp',
    example: {
      token: 'ZmlmdHktb25lIHJhbmRvbSBjaGFyYWN0ZXJzIG9mIGEgbGluaw',
      email: 'operator@example.com',
      name: 'Platform operator',
      password: 'correct horse battery staple',
    },
  });
export type SetUp = z.output<typeof setUpBody>;

export const user = z
  .object({
    id: userId,
    email: z.string(),
    name: z.string(),
    operator: z
      .boolean()
      .meta({ description: 'Runs this installation: holds every permission everywhere' }),
  })
  .meta({ id: 'User' });
export type User = z.output<typeof user>;

export const userSetUp = z.object({ user, effective }).meta({ id: 'UserSetUp' });
export type UserSetUp = z.output<typeof userSetUp>;

export const membership = z
  .object({
    organizationId,
    organizationName: z.string(),
    role: z.enum(memberRoles),
    permissions: z.array(permissionId),
  })
  .meta({ id: 'Membership' });
export type Membership = z.output<typeof membership>;

export const session = z
  .object({
    user,
    permissions: z.array(permissionId).meta({
      description: 'Held everywhere. Empty but for operators: members hold those of a membership',
    }),
    memberships: z.array(membership),
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof session>;
