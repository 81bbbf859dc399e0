import { PASSWORD_LENGTH, passkeyName } from '@claviger/contract';
import type { SignInAction, SignInMethod } from '@claviger/core';
import { z } from 'zod';

/** What of the sign-in library is open to the world. All are POST, with the exact `Origin`. */
export interface OpenRoute {
  /** In the library. */
  readonly to: string;
  /** There; POST unless said otherwise. */
  readonly method?: 'GET';
  readonly body: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly who: 'anybody' | 'whoever is signed in' | 'whoever signed in lately';
  /** The body has a password to be checked, under this name. */
  readonly password?: 'password' | 'currentPassword';
  /** Of the answer; the rest stays here, tokens above all. */
  readonly shows: readonly string[] | 'everything';
  /** What it is in the audit log; null: nothing that has to be there. */
  readonly action: SignInAction | null;
  /** It begins a session. */
  readonly signsIn?: SignInMethod;
  /** It goes on with a sign-in that waits for a code, whoever may be signed in already. */
  readonly secondStep?: true;
}

const text = (max: number) => z.string().min(1).max(max);
/** One that is there already: its length is nobody's business. */
const password = text(PASSWORD_LENGTH.max);
const nothing = z.object({});
/** As browsers make it; the library takes it apart. */
const credential = z.looseObject({ id: text(2_000) });

const SIX_DIGITS = /^\d{6}$/;
/** Written in groups by some apps. */
const code = z
  .string()
  .max(20)
  .transform((typed) => typed.replaceAll(/\s/g, ''))
  .refine((typed) => SIX_DIGITS.test(typed), 'must be the six digits that the app shows');
const backupCode = z
  .string()
  .max(40)
  .transform((typed) => typed.replaceAll(/\s/g, ''));

const USER = ['user'] as const;
const MANAGED = 'whoever signed in lately';

/** Whatever changes how somebody signs in is for who signed in lately: a session that was stolen must not outlast itself. */
export const openRoutes: Readonly<Record<string, OpenRoute>> = {
  '/sign-in/email': {
    to: '/sign-in/email',
    body: z.object({ email: text(254), password }),
    who: 'anybody',
    password: 'password',
    shows: USER,
    action: 'user.signed_in',
    signsIn: 'password',
  },
  '/sign-in/code': {
    to: '/two-factor/verify-totp',
    body: z.strictObject({ code }),
    who: 'anybody',
    shows: USER,
    action: 'user.signed_in',
    signsIn: 'code',
    secondStep: true,
  },
  '/sign-in/backup-code': {
    to: '/two-factor/verify-backup-code',
    body: z.strictObject({ code: backupCode }),
    who: 'anybody',
    shows: USER,
    action: 'user.signed_in',
    signsIn: 'backup code',
    secondStep: true,
  },
  '/sign-in/passkey/options': {
    to: '/passkey/generate-authenticate-options',
    method: 'GET',
    body: nothing,
    who: 'anybody',
    shows: 'everything',
    action: null,
  },
  '/sign-in/passkey': {
    to: '/passkey/verify-authentication',
    body: z.strictObject({ response: credential }),
    who: 'anybody',
    shows: USER,
    action: 'user.signed_in',
    signsIn: 'passkey',
  },
  '/sign-out': {
    to: '/sign-out',
    body: nothing,
    who: 'anybody',
    shows: [],
    action: 'user.signed_out',
  },
  '/revoke-sessions': {
    to: '/revoke-sessions',
    body: nothing,
    who: 'whoever is signed in',
    shows: [],
    action: 'user.signed_out_everywhere',
  },
  '/change-password': {
    to: '/change-password',
    // Whoever knew the old one is signed out with it.
    body: z
      .object({
        currentPassword: password,
        newPassword: z
          .string()
          .min(PASSWORD_LENGTH.min, `must have at least ${PASSWORD_LENGTH.min} characters`)
          .max(PASSWORD_LENGTH.max, `must have at most ${PASSWORD_LENGTH.max} characters`),
      })
      .transform((passwords) => ({ ...passwords, revokeOtherSessions: true })),
    who: MANAGED,
    password: 'currentPassword',
    shows: USER,
    action: 'user.password_changed',
  },
  '/second-factor/enable': {
    to: '/two-factor/enable',
    body: z.strictObject({ password }),
    who: MANAGED,
    password: 'password',
    shows: ['totpURI', 'backupCodes'],
    action: null,
  },
  '/second-factor/confirm': {
    to: '/two-factor/verify-totp',
    body: z.strictObject({ code }),
    who: MANAGED,
    shows: [],
    action: 'user.second_factor_enabled',
  },
  '/second-factor/backup-codes': {
    to: '/two-factor/generate-backup-codes',
    body: z.strictObject({ password }),
    who: MANAGED,
    password: 'password',
    shows: ['backupCodes'],
    action: 'user.backup_codes_renewed',
  },
  '/second-factor/disable': {
    to: '/two-factor/disable',
    body: z.strictObject({ password }),
    who: MANAGED,
    password: 'password',
    shows: [],
    action: 'user.second_factor_disabled',
  },
  '/passkeys/options': {
    to: '/passkey/generate-register-options',
    method: 'GET',
    body: nothing,
    who: MANAGED,
    shows: 'everything',
    action: null,
  },
  '/passkeys/add': {
    to: '/passkey/verify-registration',
    body: z.strictObject({ name: passkeyName, response: credential }),
    who: MANAGED,
    shows: ['id', 'name'],
    action: 'user.passkey_added',
  },
  '/passkeys/remove': {
    to: '/passkey/delete-passkey',
    body: z.strictObject({ id: text(100) }),
    who: MANAGED,
    shows: [],
    action: 'user.passkey_removed',
  },
};
