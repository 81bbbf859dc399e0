import type { CreateKey, KeyReplaced, PatchKey } from '@claviger/contract';
import { commit, type Context } from '../context.ts';
import { InvalidRequestError } from '../errors.ts';
import type { KeyRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { holdKey } from './change-key.ts';
import { issueKey } from './create-key.ts';
import { presentKey } from './present-key.ts';

/**
 * A new key that is what the old one is but for the fields given, and says which it replaces. Both are
 * valid until the old one is revoked. Its life is its own: the API's default, not the rest of the old one's. So
 * are its credits, which have to be given where the old key has some: copied, they could be spent twice.
 * Throws `RefusedError`: KEY_NOT_FOUND and whatever creating a key may throw.
 */
export function replaceKey(
  context: Context,
  caller: Caller,
  keyId: string,
  changes: PatchKey,
): Promise<KeyReplaced> {
  return commit(context, async (tx) => {
    const { found, nowMs } = await holdKey(tx, caller, keyId, context.clock.now());
    assertCreditsGiven(found.key, changes);
    const input = inputLike(found.key, changes);
    const { result, ...records } = await issueKey(context, caller, tx, input, keyId);
    return { result: { ...result, replaces: presentKey(found, nowMs) }, ...records };
  });
}

function assertCreditsGiven({ metered }: KeyRecord, { credits }: PatchKey): void {
  if (!metered || credits !== undefined) return;
  throw new InvalidRequestError([
    {
      pointer: '/credits',
      message:
        'is required: the old key keeps its own until it is revoked; say what the new one begins with, or null for no quota',
    },
  ]);
}

function inputLike(key: KeyRecord, { permissions, preset, ...changes }: PatchKey): CreateKey {
  const { apiId, organizationId, environment, kind, name, description, ownerId } = key;
  const { allowedOrigins, allowedIps, resources, rateLimits } = key;
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<CreateKey>;
  // Rights are replaced as a whole: a preset instead of permissions, not on top of them.
  const sameRights = permissions === undefined && preset === undefined;
  return {
    apiId,
    organizationId,
    environment,
    kind,
    name,
    description,
    allowedOrigins: [...allowedOrigins],
    allowedIps: [...allowedIps],
    resources,
    rateLimits: [...rateLimits],
    credits: null,
    notBefore: null,
    ownerId,
    metadata: key.metadata as NonNullable<PatchKey['metadata']>,
    ...given,
    permissions: sameRights ? [...key.permissions] : (permissions ?? []),
    preset: sameRights ? key.preset : (preset ?? null),
  };
}
