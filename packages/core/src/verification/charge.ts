import type { Access, RateLimitState } from '@claviger/contract';
import type { CreditStore, TakenCredits } from '../ports/credit-store.ts';
import type { LimitAsk, RateLimiter, TakeResult } from '../ports/rate-limiter.ts';
import type { AppliedLimit } from './applied-limit.ts';
import type { Question } from './decide.ts';
import { grantsOfSecret, limitsOf, type KeyEntry, type SecretEntry } from './entries.ts';

/** What a verification took, or found that it could not take. */
export interface Charge {
  readonly refusal: 'RATE_LIMITED' | 'QUOTA_EXCEEDED' | null;
  readonly limits: RateLimitState[];
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
export function isCharged({ rules, api }: KeyEntry): boolean {
  return rules.metered || api.limits.all.length > 0 || rules.rateLimits.length > 0;
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
  const { key } = secret;
  const asks = asksOf(secret, question);
  if (asks.length === 0) {
    return key.rules.metered ? chargeCredits(options, key, question, NO_CHARGE, nowMs) : NO_CHARGE;
  }
  const taken = options.limiter.take(asks, options.elapsedMs());
  if (!(taken instanceof Promise) && !key.rules.metered) return limitCharge(taken);
  return thenCredits(options, key, question, { asks, taken }, nowMs);
}

interface Taking {
  readonly asks: readonly LimitAsk[];
  readonly taken: TakeResult | Promise<TakeResult>;
}

async function thenCredits(
  options: ChargeOptions,
  key: KeyEntry,
  question: Question,
  { asks, taken }: Taking,
  nowMs: number,
): Promise<Charge> {
  const { limiter, elapsedMs } = options;
  const result = await taken;
  const outcome = limitCharge(result);
  if (outcome.refusal !== null || !key.rules.metered) return outcome;
  const giveBack = async () => {
    await limiter.giveBack(asks, result.atMs);
    // Nothing is taken by a look: these are the states that the refusal leaves behind.
    const looks = asks.map((ask) => ({ ...ask, cost: 0 }));
    return limitCharge(await limiter.take(looks, elapsedMs())).limits;
  };
  return chargeCredits(options, key, question, outcome, nowMs, giveBack);
}

const NO_CHARGE: Charge = { refusal: null, limits: [], credits: null, retryAfterSeconds: null };

async function chargeCredits(
  { credits }: ChargeOptions,
  { id }: KeyEntry,
  { cost }: Question,
  before: Charge,
  nowMs: number,
  giveBack: () => Promise<Charge['limits']> = async () => [],
): Promise<Charge> {
  const taken = await credits.take(id, cost, nowMs).catch(async (error: unknown) => {
    await giveBack();
    throw error;
  });
  // Its credits were removed since it was read, and with them the quota.
  if (taken === null) return before;
  if (taken.taken) return { ...before, credits: taken.remaining };
  return quotaExceeded(await giveBack(), taken, nowMs);
}

function quotaExceeded(
  limits: Charge['limits'],
  { remaining, refillsAt }: TakenCredits,
  nowMs: number,
): Charge {
  const retryAfterSeconds = refillsAt === null ? null : Math.ceil((refillsAt - nowMs) / 1_000);
  return { refusal: 'QUOTA_EXCEEDED', limits, credits: remaining, retryAfterSeconds };
}

function limitCharge({ admitted, states, retryAfterMs }: TakeResult): Charge {
  return {
    refusal: admitted ? null : 'RATE_LIMITED',
    limits: states,
    credits: null,
    retryAfterSeconds: retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1_000),
  };
}

/** Those that count this verification. */
function applicable(secret: SecretEntry, { permissions }: Question): readonly AppliedLimit[] {
  const limits = limitsOf(secret.key);
  const { accessOf } = secret.key.api;
  // What the catalog does not know asks for the most.
  const accessTo = (id: string): Access => accessOf.get(id) ?? 'write';
  if (permissions === undefined) return limits.read;
  if (!Array.isArray(permissions)) {
    const held = grantsOfSecret(secret);
    return limits[accessTo(permissions.anyOf.find((id) => held.includes(id)) ?? '')];
  }
  let access: Access | null = null;
  for (const id of permissions) {
    const asked = accessTo(id);
    // Of both, and so under every limit.
    if (access !== null && asked !== access) return limits.all;
    access = asked;
  }
  return limits[access ?? 'read'];
}

/** The same for the same question, as long as the API stands as it does: most often, one permission. */
function asksOf(secret: SecretEntry, question: Question): readonly LimitAsk[] {
  const { key } = secret;
  const { cost } = question;
  const permission = onlyPermission(question);
  const before = key.asked;
  if (
    before !== null &&
    permission !== null &&
    before.permission === permission &&
    before.cost === cost &&
    before.api === key.api
  ) {
    return before.asks;
  }
  const asks = applicable(secret, question).map((limit) => askOf(limit, key, cost));
  key.asked = { api: key.api, permission, cost, asks };
  return asks;
}

function onlyPermission({ permissions }: Question): string | null {
  return Array.isArray(permissions) && permissions.length === 1 ? (permissions[0] ?? null) : null;
}

function askOf(
  { name, counter, scope, limit, windowSeconds }: AppliedLimit,
  key: KeyEntry,
  cost: number,
): LimitAsk {
  const owner = scope === 'organization' ? key.organization.id : key.id;
  // With every field from the start: one that is added later would be kept apart from the rest.
  return { owner, counter, name, limit, windowSeconds, cost, kept: undefined };
}
