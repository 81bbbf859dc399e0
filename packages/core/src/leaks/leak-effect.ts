import { LEAK_LIMIT_NAME, type KeyRateLimit, type OnLeak } from '@claviger/contract';
import type { HeldKey, KeyChange } from '../keys/change-key.ts';
import { isLiveSecret } from '../keys/present-key.ts';
import { revoked } from '../keys/revoke-key.ts';
import type { SecretRecord } from '../ports/records.ts';

/** What a leak brings about. */
export interface LeakEffect {
  /** `none`: the secret was dead, or all of it had been done. */
  readonly action: OnLeak['action'] | 'none';
  /** Null: the key stays as it is. */
  readonly change: KeyChange<object> | null;
  /** The leaked secret, where it changes. */
  readonly secret?: SecretRecord;
}

type Held = Pick<HeldKey, 'key' | 'api' | 'nowMs' | 'found'>;

const NOTHING: LeakEffect = { action: 'none', change: null };

/** The policy of the key's API, applied to a key whose secret was found in public. Pure. */
export function leakEffect(held: Held, secret: SecretRecord, source: string): LeakEffect {
  const { key, api, nowMs } = held;
  const policy = api.definition.onLeak;
  if (key.state === 'revoked' || !isLiveSecret(key.kind, secret, nowMs)) return NOTHING;
  switch (policy.action) {
    case 'notify':
      return { action: 'notify', change: null };
    case 'limit':
      return limit(held, policy);
    case 'rotate':
      return end(held, secret, policy.overlapSeconds);
    case 'revoke': {
      const change = revoked(`Leaked: ${source}`)(held);
      return change.action === null ? NOTHING : { action: 'revoke', change };
    }
  }
}

function limit(
  { key, nowMs }: Held,
  policy: Pick<KeyRateLimit, 'limit' | 'windowSeconds'>,
): LeakEffect {
  const { limit: amount, windowSeconds } = policy;
  const before = key.rateLimits.find(({ name }) => name === LEAK_LIMIT_NAME);
  if (before?.limit === amount && before.windowSeconds === windowSeconds) return NOTHING;
  const leaked = { name: LEAK_LIMIT_NAME, limit: amount, windowSeconds };
  const others = key.rateLimits.filter((own) => own !== before);
  const change = {
    action: 'key.updated',
    key: { ...key, rateLimits: [...others, leaked], updatedAt: nowMs },
    extra: {},
  };
  return { action: 'limit', change };
}

/** An end that comes earlier already stays. */
function end(
  { key, found, nowMs }: Held,
  leaked: SecretRecord,
  overlapSeconds: number,
): LeakEffect {
  const endsAt = nowMs + overlapSeconds * 1_000;
  if (leaked.expiresAt !== null && leaked.expiresAt <= endsAt && overlapSeconds > 0) return NOTHING;
  const secret =
    overlapSeconds === 0 ? { ...leaked, endedAt: nowMs } : { ...leaked, expiresAt: endsAt };
  const change = {
    action: overlapSeconds === 0 ? 'key.secret_ended' : 'key.secret_ending',
    key: { ...key, updatedAt: nowMs },
    secrets: found.secrets.map((other) => (other.id === leaked.id ? secret : other)),
    extra: {},
  };
  return { action: 'rotate', change, secret };
}
