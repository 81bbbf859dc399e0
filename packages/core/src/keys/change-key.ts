import type { Effective, Key } from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, unchanged, type Context } from '../context.ts';
import { RefusedError } from '../errors.ts';
import type { Mutation, Transaction } from '../ports/committer.ts';
import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  SecretRecord,
} from '../ports/records.ts';
import { assertWithinOwnRights, covers, type Caller } from '../scope.ts';
import { resolveGrants } from '../verification/grants.ts';
import { presentKey } from './present-key.ts';

/** A key under lock, with what a command needs to change it. */
export interface HeldKey {
  readonly tx: Transaction;
  readonly found: KeyWithSecrets;
  readonly key: KeyRecord;
  readonly api: ApiRecord;
  readonly nowMs: number;
}

/** What a command made of the key. */
export interface KeyChange<Extra> {
  /** The name of the audit event; null: the key was already as asked. */
  readonly action: string | null;
  readonly key: KeyRecord;
  /** Where they are others than before. */
  readonly secrets?: readonly SecretRecord[];
  readonly credits?: CreditsRecord | null;
  readonly digests?: readonly string[];
  /** What the answer holds beside the key. */
  readonly extra: Extra;
}

/** What is decided from the key alone: a switch that single commands and bulk runs share. May throw `RefusedError`. */
export type KeySwitch = (held: Pick<HeldKey, 'key' | 'api' | 'nowMs'>) => KeyChange<object>;

/**
 * The frame of every command that changes a key: find it where the caller may look, hold it, check that
 * the caller's rights reach it, let the command act, and record what was and what is.
 * Throws `RefusedError` KEY_NOT_FOUND, BEYOND_OWN_RIGHTS.
 */
export function changeKey<Extra extends object>(
  context: Context,
  caller: Caller,
  keyId: string,
  change: (held: HeldKey) => Promise<KeyChange<Extra>>,
): Promise<{ key: Key; effective: Effective } & Extra> {
  return commit(context, async (tx) => {
    const held = await holdKey(tx, caller, keyId, context.clock.now());
    return applyChange(held, caller, await change(held));
  });
}

/** Writes what a command made of the key it holds, and records what was and what is. */
export async function applyChange<Extra extends object>(
  { tx, found, nowMs }: HeldKey,
  caller: Caller,
  { action, key, digests, extra, ...changed }: KeyChange<Extra>,
): Promise<Mutation<{ key: Key } & Extra>> {
  const { secrets = found.secrets, credits = found.credits } = changed;
  const after: KeyWithSecrets = { ...found, key, secrets, credits };
  const result = { key: presentKey(after, nowMs), ...extra };
  if (action === null) return unchanged(result);
  await tx.updateKey(key);
  return mutation(
    caller,
    nowMs,
    {
      action,
      target: auditTarget.key(key),
      before: forAudit(found, nowMs),
      after: forAudit(after, nowMs),
      ...(digests && { digests }),
    },
    result,
  );
}

/** Throws `RefusedError` KEY_NOT_FOUND, BEYOND_OWN_RIGHTS. */
export async function holdKey(
  tx: Transaction,
  caller: Caller,
  keyId: string,
  nowMs: number,
): Promise<HeldKey> {
  const found = await tx.lockKey(keyId);
  if (found === null || !isVisible(caller, found.key)) throw keyNotFound(keyId);
  const { key } = found;
  const api = await tx.lockApi(key.apiId, 'read');
  if (api === null) throw keyNotFound(keyId);
  assertMayChange(caller, key, api);
  return { tx, found, key, api, nowMs };
}

/** Throws `RefusedError` BEYOND_OWN_RIGHTS. */
export function assertMayChange(caller: Caller, key: KeyRecord, api: ApiRecord): void {
  assertWithinOwnRights(caller, {
    apiId: api.id,
    permissions: resolveGrants(api.definition, key.permissions, key.preset),
    resources: key.resources,
  });
}

export function isVisible({ scope }: Caller, key: KeyRecord): boolean {
  const { apiId, organizationId, environment, ownerId } = key;
  return covers(scope, { apiId, organizationId, environment, ownerId });
}

export function keyNotFound(keyId: string): RefusedError {
  return new RefusedError(
    'KEY_NOT_FOUND',
    `There is no key "${keyId}" here. GET /v1/keys lists the keys that the presented root key can see.`,
  );
}

/** Throws `RefusedError` KEY_REVOKED. */
export function assertNotRevoked({ id, state }: KeyRecord): void {
  if (state !== 'revoked') return;
  throw new RefusedError(
    'KEY_REVOKED',
    `The key "${id}" was revoked, and its API makes that final. Create a new key.`,
  );
}

/** Without what changes by itself. Credits are what they were set to, or found to be, at that moment. */
export function forAudit(found: KeyWithSecrets, nowMs: number): Key {
  return presentKey({ ...found, lastUsedAt: null, secretLastUsedAt: new Map() }, nowMs);
}
