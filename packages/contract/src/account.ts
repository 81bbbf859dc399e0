import { z } from 'zod';
import { effective } from './effective.ts';
import { LINK_TOKEN_EXAMPLE, linkToken } from './link-token.ts';
import { label, organizationId, permissionId, timestamp } from './primitives.ts';
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
    token: linkToken,
    email,
    name: label(100),
    password: newPassword,
  })
  .meta({
    id: 'SetUp',
    example: {
      token: LINK_TOKEN_EXAMPLE,
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

export const patchAccountBody = z
  .strictObject({ name: label(100) })
  .meta({ id: 'PatchAccount', example: { name: 'Grace Hopper' } });
export type PatchAccount = z.output<typeof patchAccountBody>;

export const accountChanged = z.object({ user }).meta({ id: 'AccountChanged' });
export type AccountChanged = z.output<typeof accountChanged>;

export const signInMethods = z
  .object({
    passkeys: z.boolean().meta({
      description:
        'Whether browsers offer passkeys at the public address: it needs a name, and https unless it is localhost',
    }),
    singleSignOn: z
      .object({ name: z.string().meta({ description: 'What people know the provider by' }) })
      .nullable(),
    recoveryByMail: z.boolean().meta({
      description: 'Whether this server mails a link to whoever has forgotten their password',
    }),
  })
  .meta({ id: 'SignInMethods' });
export type SignInMethods = z.output<typeof signInMethods>;

/** Nobody has more devices than that, and a list is read as a whole. */
export const MAX_PASSKEYS = 20;

export const passkeyName = label(100);

export const passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: timestamp,
    synced: z.boolean().meta({ description: 'Kept by a provider, and so on several devices' }),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.output<typeof passkey>;

export const ownSession = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: 'The one that asks' }),
    createdAt: timestamp,
    expiresAt: timestamp,
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'OwnSession' });
export type OwnSession = z.output<typeof ownSession>;

export const account = z
  .object({
    user,
    secondFactor: z.object({
      enabled: z.boolean(),
      backupCodesLeft: z.int().min(0).meta({ description: 'Each works once' }),
    }),
    passkeys: z.array(passkey),
    singleSignOn: z
      .boolean()
      .meta({ description: 'Whether they have signed in with the provider before' }),
    sessions: z
      .array(ownSession)
      .meta({ description: 'Those not over yet, newest first; 50 at most' }),
  })
  .meta({ id: 'Account' });
export type Account = z.output<typeof account>;
