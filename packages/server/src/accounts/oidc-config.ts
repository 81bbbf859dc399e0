import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The provider at which people sign in. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** What people know it by. */
  readonly name: string;
  /** In lower case; empty: any. */
  readonly allowedDomains: readonly string[];
}

const MAX_SECRET_FILE_BYTES = 4_096;

const isTrustworthy = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || url.username + url.password + url.search + url.hash !== '') return false;
  const isNear = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isNear);
};

const issuer = z
  .string()
  .refine(
    isTrustworthy,
    'must be the https address of the provider as it says itself, without query and fragment; http is for this machine alone',
  );

const scopes = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((scope) => scope !== ''))
  .refine(
    (list) => ['openid', 'email'].every((scope) => list.includes(scope)),
    'must contain openid and email',
  )
  .transform((list) => list.join(' '));

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

const domains = z
  .string()
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((domain) => domain !== ''),
  )
  .refine(
    (list) => list.every((domain) => DOMAIN.test(domain)),
    'must be domains such as example.com, separated by commas',
  );

/** The file is read at start, and never repeated in a message. */
const secretFile = z.string().transform((path, context): string => {
  let text = '';
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    context.addIssue({ code: 'custom', message: `cannot be read: ${reason}` });
    return z.NEVER;
  }
  if (text === '' || text.length > MAX_SECRET_FILE_BYTES) {
    context.addIssue({ code: 'custom', message: 'must hold the secret of the client' });
    return z.NEVER;
  }
  return text;
});

export const oidcSettings = {
  CLAVIGER_OIDC_ISSUER: issuer.optional(),
  CLAVIGER_OIDC_CLIENT_ID: z.string().min(1).optional(),
  CLAVIGER_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  CLAVIGER_OIDC_CLIENT_SECRET_FILE: secretFile.optional(),
  CLAVIGER_OIDC_SCOPES: scopes.prefault('openid email profile'),
  CLAVIGER_OIDC_NAME: z
    .string()
    .trim()
    .min(1)
    .max(40, 'must have at most 40 characters')
    .default('single sign-on'),
  CLAVIGER_OIDC_ALLOWED_DOMAINS: domains.prefault(''),
};

type OidcSettings = z.output<z.ZodObject<typeof oidcSettings>>;

/** Null: nobody signs in at a provider. */
export function oidcConfig(data: OidcSettings): OidcConfig | null {
  const { CLAVIGER_OIDC_ISSUER: address, CLAVIGER_OIDC_CLIENT_ID: clientId } = data;
  const clientSecret = data.CLAVIGER_OIDC_CLIENT_SECRET ?? data.CLAVIGER_OIDC_CLIENT_SECRET_FILE;
  if (address === undefined || clientId === undefined || clientSecret === undefined) return null;
  return {
    issuer: address,
    clientId,
    clientSecret,
    scopes: data.CLAVIGER_OIDC_SCOPES,
    name: data.CLAVIGER_OIDC_NAME,
    allowedDomains: data.CLAVIGER_OIDC_ALLOWED_DOMAINS,
  };
}

/** Half of it would look as if it were on. */
export function oidcFaults(data: OidcSettings): string[] {
  const given = {
    CLAVIGER_OIDC_ISSUER: data.CLAVIGER_OIDC_ISSUER,
    CLAVIGER_OIDC_CLIENT_ID: data.CLAVIGER_OIDC_CLIENT_ID,
    'CLAVIGER_OIDC_CLIENT_SECRET (or …_FILE)':
      data.CLAVIGER_OIDC_CLIENT_SECRET ?? data.CLAVIGER_OIDC_CLIENT_SECRET_FILE,
  };
  const names = Object.entries(given);
  const missing = names.filter(([, value]) => value === undefined).map(([name]) => name);
  const faults =
    missing.length === 0 || (missing.length === names.length && !isTouched(data))
      ? []
      : [`${missing.join(' and ')} must be set too: a single sign-on needs all three`];
  if (data.CLAVIGER_OIDC_CLIENT_SECRET && data.CLAVIGER_OIDC_CLIENT_SECRET_FILE) {
    faults.push(
      'CLAVIGER_OIDC_CLIENT_SECRET and CLAVIGER_OIDC_CLIENT_SECRET_FILE are both set; unset one',
    );
  }
  return faults;
}

const isTouched = (data: OidcSettings): boolean => data.CLAVIGER_OIDC_ALLOWED_DOMAINS.length > 0;
