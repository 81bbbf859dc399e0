import {
  verificationStatuses,
  type Accepted,
  type RefusalCode,
  type Refused,
} from '@claviger/contract';
import { missingPermissions, type Question } from './decide.ts';
import type { Charge } from './charge.ts';
import { grantsOfSecret, type KeyRules, type SecretEntry } from './entries.ts';

/** What the caller is told, in words that say what to do. Nothing here depends on anything secret. */
const messages: Record<RefusalCode, string> = {
  NOT_FOUND:
    'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
  REVOKED:
    'This key was revoked, or its secret replaced. Ask for a new key, or use the current secret.',
  DISABLED:
    'This key, or its organization, is switched off. An administrator can enable the key, the platform the organization.',
  NOT_YET_VALID: 'This key is not valid yet.',
  EXPIRED: 'This key has expired. Use its current secret, or ask for a new key.',
  ENVIRONMENT_MISMATCH:
    'This key belongs to another environment. Use a key of the environment you are calling.',
  ORGANIZATION_MISMATCH: 'This key belongs to another organization.',
  ORIGIN_NOT_ALLOWED:
    'This public key may not be used from this origin. Add the origin to the key, or present a secret.',
  IP_NOT_ALLOWED: 'This key may not be used from this address.',
  RESOURCE_NOT_ALLOWED: 'This key may not act on this resource.',
  INSUFFICIENT_PERMISSIONS: 'This key lacks a permission.',
  RATE_LIMITED: 'Too many requests. Wait as long as Retry-After says.',
  QUOTA_EXCEEDED: 'The credits of this key do not suffice.',
};

const NOTHING = Object.freeze({});
const NO_LIMITS: Accepted['rateLimits'] = [];

/** `logId`: of the entry on record; null: there is none. */
export function accept(
  secret: SecretEntry,
  charge: Charge | null = null,
  logId: string | null = null,
): Accepted {
  const { key } = secret;
  const accepted: Accepted = {
    valid: true,
    code: 'VALID',
    status: 200,
    keyId: key.id,
    secretId: secret.type === 'secret' ? secret.id : null,
    apiId: key.api.id,
    organizationId: key.organization.id,
    environment: key.claim.environment,
    kind: key.claim.kind,
    name: key.name,
    permissions: grantsOfSecret(secret) as string[],
    resources: key.rules.resources ?? NOTHING,
    expiresAt: key.rules.expiresAt === null ? null : isoTime(key.rules),
    metadata: key.rules.metadata as Accepted['metadata'],
    rateLimits: NO_LIMITS,
    // Here, and not added afterwards: that would cost as much as recording it.
    logId: logId ?? undefined,
  };
  if (charge === null) return accepted;
  accepted.rateLimits = charge.limits;
  if (charge.credits !== null) accepted.credits = { remaining: charge.credits };
  return accepted;
}

const isoTimes = new WeakMap<KeyRules, string>();

/** Formatting a date costs a third of a verification, so it is done once for each key in memory. */
function isoTime(rules: KeyRules): string {
  let text = isoTimes.get(rules);
  if (text === undefined) {
    text = new Date(rules.expiresAt ?? 0).toISOString();
    isoTimes.set(rules, text);
  }
  return text;
}

/** NOT_FOUND says nothing about any key: the same answer whether there is one elsewhere or not. */
export function refuse(
  code: RefusalCode,
  secret: SecretEntry | null,
  question: Question | null,
  charge: Charge | null = null,
  logId: string | null = null,
): Refused {
  const status = verificationStatuses[code];
  const logged = logId === null ? NOTHING : { logId };
  if (code === 'NOT_FOUND' || secret === null) {
    return { valid: false, code, status, message: messages[code], ...logged };
  }
  const missing =
    code === 'INSUFFICIENT_PERMISSIONS' && question !== null
      ? missingPermissions(secret, question)
      : undefined;
  const { key } = secret;
  return {
    valid: false,
    code,
    status,
    message: missing === undefined ? messageOf(code, charge) : lacking(missing, question),
    ...(missing === undefined ? {} : { missing }),
    keyId: key.id,
    secretId: secret.type === 'secret' ? secret.id : null,
    apiId: key.api.id,
    organizationId: key.organization.id,
    environment: key.claim.environment,
    kind: key.claim.kind,
    name: key.name,
    ...(charge !== null && chargeOf(charge)),
    ...logged,
  };
}

function chargeOf({ limits, credits, retryAfterSeconds }: Charge): Partial<Refused> {
  return {
    rateLimits: limits,
    ...(credits !== null && { credits: { remaining: credits } }),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

function messageOf(code: RefusalCode, charge: Charge | null): string {
  if (charge === null || charge.retryAfterSeconds !== null) return messages[code];
  return code === 'RATE_LIMITED'
    ? 'This request costs more than a limit of this key ever admits. Ask for less in one request.'
    : `${messages[code]} They are not refilled; an administrator can add more.`;
}

function lacking(missing: readonly string[], question: Question | null): string {
  const any = !Array.isArray(question?.permissions) && missing.length > 1 ? 'one of ' : '';
  return `This key lacks ${any}${missing.join(', ')}. Add the permission to the key, or use a key that holds it.`;
}
