import type { RefusalCode, ResourceScope, Verify } from '@claviger/contract';
import { covers, type Scope } from '../scope.ts';
import { matchesAddress } from './addresses.ts';
import { ENDED, grantsOfSecret, type SecretEntry } from './entries.ts';
import { holds } from './holds.ts';
import { matchesOrigin } from './origins.ts';

/** What is asked of a presented key, with every default filled in. */
export interface Question {
  readonly apiId: string;
  readonly environment: string;
  readonly organizationId: string | undefined;
  readonly permissions: Verify['permissions'];
  readonly resources: Verify['resources'];
  /** The `Origin` of the request; null: it has none. */
  readonly origin: string | null;
  /** The address of the caller; null: not known. */
  readonly ip: string | null;
  readonly cost: number;
  /** The public half that came with the secret; null when it came alone. */
  readonly publicKey: string | null;
  /** Where the asking root key may look. */
  readonly scope: Scope;
}

/**
 * Decides, in the order of the contract, first match wins; null means nothing stands against it. Pure:
 * limits and credits, which change with every request, are taken by the caller afterwards.
 */
export function decide(secret: SecretEntry, question: Question, nowMs: number): RefusalCode | null {
  return (
    identityRefusal(secret, question) ??
    lifeRefusal(secret, nowMs) ??
    placeRefusal(secret, question) ??
    originRefusal(secret, question.origin) ??
    addressRefusal(secret, question.ip) ??
    resourceRefusal(secret, question) ??
    permissionRefusal(secret, question)
  );
}

function identityRefusal({ type, key }: SecretEntry, question: Question): RefusalCode | null {
  if (key.api.id !== question.apiId) return 'NOT_FOUND';
  const place = { organizationId: key.organization.id, environment: key.claim.environment };
  if (!covers(question.scope, place)) return 'NOT_FOUND';
  // A pair's secret proves nothing without the public half it belongs to, and no other kind has one.
  const expected = type === 'secret' ? key.rules.publicKey : null;
  return expected === question.publicKey ? null : 'NOT_FOUND';
}

/** REVOKED, DISABLED, NOT_YET_VALID, EXPIRED. */
export function lifeRefusal(
  { key: { claim, rules, organization }, expiresAt }: SecretEntry,
  nowMs: number,
): RefusalCode | null {
  if (claim.state === 'revoked' || expiresAt === ENDED) return 'REVOKED';
  if (claim.state === 'disabled' || organization.suspended) return 'DISABLED';
  if (rules.notBefore !== null && nowMs < rules.notBefore) return 'NOT_YET_VALID';
  if (rules.expiresAt !== null && nowMs >= rules.expiresAt) return 'EXPIRED';
  if (expiresAt !== null && nowMs >= expiresAt) return 'EXPIRED';
  return null;
}

function placeRefusal({ key }: SecretEntry, question: Question): RefusalCode | null {
  if (key.claim.environment !== question.environment) return 'ENVIRONMENT_MISMATCH';
  const { organizationId } = question;
  if (organizationId !== undefined && organizationId !== key.organization.id) {
    return 'ORGANIZATION_MISMATCH';
  }
  return null;
}

/** What is public is accepted from the key's origins only, and a key without a list of them has none; a secret from anywhere. */
export function originRefusal(
  { type, key }: SecretEntry,
  origin: string | null,
): RefusalCode | null {
  if (type === 'secret') return null;
  const { origins } = key.rules;
  return origins !== null && matchesOrigin(origins, origin) ? null : 'ORIGIN_NOT_ALLOWED';
}

export function addressRefusal({ key }: SecretEntry, ip: string | null): RefusalCode | null {
  const { addresses } = key.rules;
  return addresses === null || matchesAddress(addresses, ip) ? null : 'IP_NOT_ALLOWED';
}

function resourceRefusal({ key }: SecretEntry, { resources }: Question): RefusalCode | null {
  const scope = key.rules.resources;
  if (scope === null) return null;
  if (resources === undefined) return 'RESOURCE_NOT_ALLOWED';
  return allowsResources(scope, resources) ? null : 'RESOURCE_NOT_ALLOWED';
}

function allowsResources(scope: ResourceScope, asked: NonNullable<Verify['resources']>): boolean {
  // Not over `Object.keys`, which makes a list first.
  for (const type in asked) {
    const allowed = Object.hasOwn(scope, type) ? scope[type] : undefined;
    const ids = asked[type];
    // A type the key is not scoped by is not restricted.
    if (allowed === undefined || ids === undefined) continue;
    if (!(typeof ids === 'string' ? holds(allowed, ids) : holdsAll(allowed, ids))) return false;
  }
  return true;
}

function permissionRefusal(secret: SecretEntry, { permissions }: Question): RefusalCode | null {
  if (permissions === undefined) return null;
  const held = grantsOfSecret(secret);
  const enough = Array.isArray(permissions)
    ? holdsAll(held, permissions)
    : permissions.anyOf.some((id) => held.includes(id));
  return enough ? null : 'INSUFFICIENT_PERMISSIONS';
}

function holdsAll(held: readonly string[], asked: readonly string[]): boolean {
  for (const id of asked) if (!holds(held, id)) return false;
  return true;
}

/** The permissions asked for that the key does not hold. Of `anyOf`, all: any one of them would do. */
export function missingPermissions(secret: SecretEntry, { permissions }: Question): string[] {
  const held = grantsOfSecret(secret);
  const asked = Array.isArray(permissions) ? permissions : (permissions?.anyOf ?? []);
  return asked.filter((id) => !held.includes(id));
}
