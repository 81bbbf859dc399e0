import type { Access, RateLimitState } from '@claviger/contract';
import type { CreditStore, TakenCredits } from '../ports/credit-store.ts';
import type { LimitAsk, RateLimiter, TakeResult } from '../ports/rate-limiter.ts';
import type { AppliedLimit } from './applied-limit.ts';
import type { Question } from './decide.ts';
import { grantsOfSecret, limitsOf, type KeyEntry, type SecretEntry } from './entries.ts';

/** What a verification took, or found that it could not take. */
export interface Charge {
  readonly refusal: 'RATE_LIMITED' | 'QUOTA_EXCEEDED' | null;
  readonly limits: readonly RateLimitState[];
  /** Credits that remain; null: the key has none. */
  readonly credits: number | null;
  /** Null: it does not help to wait, or nothing was refused. */
  readonly retryAfterSeconds: number | null;
}

export interface ChargeOptions {
  readonly limiter: RateLimiter;
  readonly credits: CreditStore;
  /** For limits: never goes back and does not jump. */
  readonly elapsedMs: () => number;
}

/** Whether there is anything to take. Nearly free, because most keys have no limits at all. */
export function isCharged(key: KeyEntry): boolean {
  return key.rules.metered || limitsOf(key).length > 0;
}

/**
 * Takes limits, all or nothing, then credits; failing credits give the limits back. To be called when
 * nothing else stands against the request. Answers at once where limits are in memory and the key has no
 * credits. Rejects with `StorageError`; limits that were taken are given back then.
 */
export function charge(
  options: ChargeOptions,
  secret: SecretEntry,
  question: Question,
  nowMs: number,
): Charge | Promise<Charge> {
  const limits = applicable(secret, question);
  const asks = limits.map((limit) => askOf(limit, secret.key, question.cost));
  if (asks.length === 0) {
    return secret.key.rules.metered
      ? chargeCredits(options, secret.key, question, NO_CHARGE, nowMs)
      : NO_CHARGE;
  }
  const taken = options.limiter.take(asks, options.elapsedMs());
  const goOn = (result: TakeResult) => {
    const outcome = limitCharge(limits, result);
    if (outcome.refusal !== null || !secret.key.rules.metered) return outcome;
    const giveBack = () => options.limiter.giveBack(asks, result.atMs);
    return chargeCredits(options, secret.key, question, outcome, nowMs, giveBack);
  };
  return taken instanceof Promise ? taken.then(goOn) : goOn(taken);
}

const NO_CHARGE: Charge = { refusal: null, limits: [], credits: null, retryAfterSeconds: null };

async function chargeCredits(
  { credits }: ChargeOptions,
  { id }: KeyEntry,
  { cost }: Question,
  before: Charge,
  nowMs: number,
  giveBack: () => void | Promise<void> = () => undefined,
): Promise<Charge> {
  const taken = await credits.take(id, cost, nowMs).catch(async (error: unknown) => {
    await giveBack();
    throw error;
  });
  // Its credits were removed since it was read, and with them the quota.
  if (taken === null) return before;
  if (taken.taken) return { ...before, credits: taken.remaining };
  await giveBack();
  return quotaExceeded(before, taken, nowMs);
}

function quotaExceeded(
  before: Charge,
  { remaining, refillsAt }: TakenCredits,
  nowMs: number,
): Charge {
  const retryAfterSeconds = refillsAt === null ? null : Math.ceil((refillsAt - nowMs) / 1_000);
  // What was given back is not what the states say, which were taken before it.
  return {
    refusal: 'QUOTA_EXCEEDED',
    limits: before.limits,
    credits: remaining,
    retryAfterSeconds,
  };
}

function limitCharge(limits: readonly AppliedLimit[], result: TakeResult): Charge {
  return {
    refusal: result.admitted ? null : 'RATE_LIMITED',
    limits: limits.map(({ name, limit, windowSeconds }, index) => {
      const { remaining = 0, resetMs = 0 } = result.states[index] ?? {};
      return { name, limit, windowSeconds, remaining, resetSeconds: Math.ceil(resetMs / 1_000) };
    }),
    credits: null,
    retryAfterSeconds: result.retryAfterMs === null ? null : Math.ceil(result.retryAfterMs / 1_000),
  };
}

/** Those that count this verification. */
function applicable(secret: SecretEntry, question: Question): readonly AppliedLimit[] {
  const limits = limitsOf(secret.key);
  if (limits.every(({ access }) => access === null)) return limits;
  const asked = askedAccess(secret, question);
  return limits.filter(({ access }) => access === null || asked.includes(access));
}

/** Of what was asked for; of `anyOf`, of the first one held. Nothing asked for is reading. */
function askedAccess(secret: SecretEntry, { permissions }: Question): readonly Access[] {
  const { accessOf } = secret.key.api;
  if (permissions === undefined || (Array.isArray(permissions) && permissions.length === 0)) {
    return ['read'];
  }
  if (Array.isArray(permissions)) return permissions.map((id) => accessOf.get(id) ?? 'write');
  const held = grantsOfSecret(secret);
  const first = permissions.anyOf.find((id) => held.includes(id));
  return [accessOf.get(first ?? '') ?? 'write'];
}

function askOf(
  { counter, scope, limit, windowSeconds }: AppliedLimit,
  key: KeyEntry,
  cost: number,
): LimitAsk {
  const owner = scope === 'organization' ? key.organization.id : key.id;
  return { owner, name: counter, limit, windowSeconds, cost };
}
