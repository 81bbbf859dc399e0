import type { Key, KeyStatus } from '@claviger/contract';
import type { CreditsRecord, KeyRecord, KeyWithSecrets, SecretRecord } from '../ports/records.ts';
import { isoTime, isoTimeOrNull } from '../times.ts';
import { creditsAt } from '../credits.ts';
import { credentialType } from './issue-secret.ts';
import { nameWarnings } from './name-warnings.ts';

/** Derived whenever it is asked for, never stored: a stored status would be wrong the moment a time passes. */
export function keyStatus(
  { state, notBefore, expiresAt }: Pick<KeyRecord, 'state' | 'notBefore' | 'expiresAt'>,
  nowMs: number,
): KeyStatus {
  if (state === 'revoked') return 'revoked';
  if (state === 'disabled') return 'inactive';
  if (notBefore !== null && nowMs < notBefore) return 'inactive';
  if (expiresAt !== null && nowMs >= expiresAt) return 'expired';
  return 'active';
}

/** Whether it is a credential of a key of this kind – not the public half beside a secret – and lives. */
export function isLiveSecret(
  kind: KeyRecord['kind'],
  { type, endedAt, expiresAt }: SecretRecord,
  nowMs: number,
): boolean {
  if (type !== credentialType(kind) || endedAt !== null) return false;
  return expiresAt === null || nowMs < expiresAt;
}

/** The key as the contract shows it: never a secret or a digest. */
export function presentKey(found: KeyWithSecrets, nowMs: number): Key {
  const { key } = found;
  return {
    id: key.id,
    apiId: key.apiId,
    organizationId: key.organizationId,
    environment: key.environment,
    kind: key.kind,
    name: key.name,
    description: key.description,
    hint: key.hint,
    publicKey: key.publicKey,
    permissions: [...key.permissions],
    preset: key.preset,
    allowedOrigins: [...key.allowedOrigins],
    allowedIps: [...key.allowedIps],
    resources: key.resources,
    ownerId: key.ownerId,
    replacesKeyId: key.replacesKeyId,
    rateLimits: [...key.rateLimits],
    credits: presentCredits(found.credits, nowMs),
    status: keyStatus(key, nowMs),
    expiresAt: isoTimeOrNull(key.expiresAt),
    notBefore: isoTimeOrNull(key.notBefore),
    revokedAt: isoTimeOrNull(key.revokedAt),
    revokedReason: key.revokedReason,
    createdAt: isoTime(key.createdAt),
    createdBy: key.createdBy as Key['createdBy'],
    updatedAt: isoTime(key.updatedAt),
    lastUsedAt: isoTimeOrNull(found.lastUsedAt),
    secrets: presentSecrets(found, nowMs),
    warnings: nameWarnings(key.name),
    metadata: key.metadata as Key['metadata'],
  };
}

function presentCredits(credits: CreditsRecord | null, nowMs: number): Key['credits'] {
  if (credits === null) return null;
  const { remaining, refill } = creditsAt(credits, nowMs);
  return { remaining, refill };
}

function presentSecrets(
  { key: { kind }, secrets, secretLastUsedAt }: KeyWithSecrets,
  nowMs: number,
): Key['secrets'] {
  return secrets
    .filter((secret) => isLiveSecret(kind, secret, nowMs))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    .map(({ id, hint, createdAt, expiresAt }) => ({
      id,
      hint,
      createdAt: isoTime(createdAt),
      expiresAt: isoTimeOrNull(expiresAt),
      lastUsedAt: isoTimeOrNull(secretLastUsedAt.get(id) ?? null),
    }));
}
