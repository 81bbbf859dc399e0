import type { KeyKind, SecretIssued } from '@claviger/contract';
import type { Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { SecretRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertNotRevoked, changeKey, type HeldKey } from './change-key.ts';
import { credentialType, digestsOf, issueSecret } from './issue-secret.ts';
import { isLiveSecret, keyStatus } from './present-key.ts';

/** Overlaps that run at once. More would mean that nobody knows any more which secret is in use where. */
const MAX_LIVE_SECRETS = 10;

/** Dead secrets kept, so that whoever still presents one is found in the records under its key. */
const KEPT_DEAD_SECRETS = 20;

/** The frame of rotate and regenerate: `retire` says what becomes of each secret that is live now. */
export function replaceSecret(
  context: Context,
  caller: Caller,
  keyId: string,
  action: string,
  retire: (secret: SecretRecord, nowMs: number) => SecretRecord,
): Promise<SecretIssued> {
  return changeKey(context, caller, keyId, async (held) => {
    const { tx, key, api, nowMs, found } = held;
    assertNotRevoked(key);
    assertNotExpired(held);
    const issued = issueSecret(context, api, key, credentialType(key.kind), nowMs);
    if (issued === undefined) throw formatMissing(held);
    const secrets: SecretRecord[] = [issued.record];
    for (const secret of found.secrets) {
      const kept = isLiveSecret(key.kind, secret, nowMs) ? retire(secret, nowMs) : secret;
      if (kept !== secret) await tx.updateSecret(kept);
      secrets.push(kept);
    }
    assertFewLive(key.kind, secrets, nowMs);
    await tx.insertSecret(issued.record);
    await forgetOldest(held, secrets);
    return {
      action,
      key: {
        ...key,
        hint: issued.record.hint,
        publicKey: key.kind === 'publishable' ? issued.token : key.publicKey,
        updatedAt: nowMs,
      },
      secrets,
      digests: digestsOf(issued),
      extra: key.kind === 'publishable' ? { publicKey: issued.token } : { secret: issued.token },
    };
  });
}

function assertNotExpired({ key, nowMs }: HeldKey): void {
  if (keyStatus({ ...key, state: 'enabled' }, nowMs) !== 'expired') return;
  throw new RefusedError(
    'KEY_EXPIRED',
    'The key has expired, and a new secret would not change that. Give it a later expiresAt first, or create a new key.',
  );
}

function formatMissing({ key, api }: HeldKey): RefusedError {
  return new RefusedError(
    'STILL_IN_USE',
    `The API "${api.id}" has no format for keys of kind "${key.kind}" any more.`,
  );
}

function assertFewLive(kind: KeyKind, secrets: readonly SecretRecord[], nowMs: number): void {
  const live = secrets.filter((secret) => isLiveSecret(kind, secret, nowMs)).length;
  if (live <= MAX_LIVE_SECRETS) return;
  throw new RefusedError(
    'TOO_MANY_SECRETS',
    `The key has ${MAX_LIVE_SECRETS} live secrets. End the overlap of one with DELETE /v1/keys/{keyId}/secrets/{secretId} first, or regenerate.`,
  );
}

async function forgetOldest(
  { tx, key: { kind }, nowMs }: HeldKey,
  secrets: readonly SecretRecord[],
): Promise<void> {
  const dead = secrets
    .filter(({ type }) => type === credentialType(kind))
    .filter((secret) => !isLiveSecret(kind, secret, nowMs))
    .toSorted((a, b) => b.createdAt - a.createdAt);
  for (const { id } of dead.slice(KEPT_DEAD_SECRETS)) await tx.deleteSecret(id);
}
