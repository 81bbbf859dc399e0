import { ROOT_API_ID, type Decision, type RefusalCode, type Verify } from '@claviger/contract';
import { InvalidRequestError } from '../errors.ts';
import type { LogSource } from '../logs/log-chunk.ts';
import type { LogRecorder } from '../logs/log-recorder.ts';
import type { Clock } from '../ports/clock.ts';
import type { CreditStore } from '../ports/credit-store.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import { covers, type Scope } from '../scope.ts';
import { hashToken } from '../tokens/digest.ts';
import { isWellFormed, splitPresented, type Presented } from '../tokens/parse-token.ts';
import type { UsageRecorder } from '../usage/usage-recorder.ts';
import { charge, isCharged, type Charge, type ChargeOptions } from './charge.ts';
import { addressRefusal, decide, lifeRefusal, originRefusal, type Question } from './decide.ts';
import { accept, refuse } from './decision.ts';
import { apiNotFound, type ApiEntry, type SecretEntry } from './entries.ts';
import { findByToken } from './find-by-token.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { Lease } from './lease.ts';

export interface VerifierOptions {
  readonly directory: KeyDirectory;
  readonly limiter: RateLimiter;
  readonly credits: CreditStore;
  readonly recorder: UsageRecorder;
  readonly logs: LogRecorder;
  readonly clock: Clock;
  readonly lease: Lease;
}

/** A decision before it is put into words. */
export interface Judgement {
  readonly secret: SecretEntry | null;
  /** Null: the key is accepted, and `secret` is set. */
  readonly refusal: RefusalCode | null;
  readonly question: Question;
  /** What it took; null: nothing was to be taken. */
  readonly charge: Charge | null;
  /** When it was decided. */
  readonly nowMs: number;
}

/** `logId`: of the entry on record; null: there is none. */
export function presentJudgement(
  { secret, refusal, question, charge: taken }: Judgement,
  logId: string | null = null,
): Decision {
  if (refusal === null && secret !== null) return accept(secret, taken, logId);
  return refuse(refusal ?? 'NOT_FOUND', secret, question, taken, logId);
}

/** A credential that identified a live key, for `GET /v1/me` and the like. */
export interface Identified {
  readonly decision: Decision;
  readonly type: SecretEntry['type'] | null;
}

/**
 * Decides on presented keys. Answers at once, without a promise, when everything it needs is in memory.
 *
 * Throws (or rejects with) `RefusedError` API_NOT_FOUND and INVALID_REQUEST for a question that cannot
 * be decided, `StorageError` and `OverloadedError` when the database is needed and not to be had. Any
 * text as a token is a decision, never an error.
 */
export class Verifier {
  readonly #directory: KeyDirectory;
  readonly #recorder: UsageRecorder;
  readonly #logs: LogRecorder;
  readonly #clock: Clock;
  readonly #charging: ChargeOptions;

  constructor({ directory, recorder, logs, clock, lease, limiter, credits }: VerifierOptions) {
    this.#directory = directory;
    this.#recorder = recorder;
    this.#logs = logs;
    this.#clock = clock;
    // By the wall clock's time, which makes what is saved comparable, and as steady as the other clock.
    const offset = clock.now() - clock.monotonic();
    // The lease was asked in the course of every verification.
    const elapsedMs = () => Math.floor(lease.monotonicMs + offset);
    this.#charging = { limiter, credits, elapsedMs };
  }

  /**
   * `scope`: where the root key that asks may look. A key outside of it is NOT_FOUND. `requestId`: of the
   * request that asks, for the log.
   */
  verify(ask: Verify, scope: Scope, requestId: string | null = null): Decision | Promise<Decision> {
    const judged = this.judge(ask, scope);
    if (judged instanceof Promise) return this.#presentLater(judged, ask, requestId);
    return this.#present(judged, ask, requestId, judged.nowMs, 0);
  }

  async #presentLater(
    judging: Promise<Judgement>,
    ask: Verify,
    requestId: string | null,
  ): Promise<Decision> {
    const begunMs = this.#clock.monotonic();
    const judged = await judging;
    const durationUs = Math.round((this.#clock.monotonic() - begunMs) * 1_000);
    // As of now: the log is in the order in which it is written.
    return this.#present(judged, ask, requestId, this.#clock.now(), durationUs);
  }

  #present(
    judged: Judgement,
    ask: Verify,
    requestId: string | null,
    nowMs: number,
    durationUs: number,
  ): Decision {
    const { secret, refusal, question } = judged;
    const logId = this.#logs.record(secret, refusal, question, ask, requestId, nowMs, durationUs);
    return presentJudgement(judged, logId);
  }

  /** As `verify`, for callers inside the program that need no words. It is counted, and theirs to put on record. */
  judge(ask: Verify, scope: Scope): Judgement | Promise<Judgement> {
    const apiId = askedApi(ask, scope);
    const nowMs = this.#clock.now();
    const api = this.#directory.peekApi(apiId, nowMs);
    if (api === undefined) return this.#readThrough(ask, scope, apiId);
    const presented = splitPresented(ask.token);
    const question = newQuestion(ask, scope, api, presented);
    if (presented === null) return this.#unknown(question, nowMs);
    const tokenHash = hashToken(presented.token);
    // The API was found in memory just now, so the lease lives.
    const secret = this.#directory.peek(tokenHash, nowMs, true);
    if (secret !== undefined) return this.#conclude(secret, question, nowMs);
    if (!mayExist(presented, api)) return this.#unknown(question, nowMs);
    return this.#find(tokenHash, question);
  }

  /** Decides nothing and takes nothing: throws what `verify` would throw for a question that cannot be decided. */
  async assertAnswerable(ask: Verify, scope: Scope): Promise<void> {
    const apiId = askedApi(ask, scope);
    const api = await this.#directory.findApi(apiId);
    if (api === null) throw apiNotFound(apiId);
    askedEnvironment(ask, scope, api);
    askedResources(ask, api);
  }

  /** The same question about the same secret once more, without looking it up. Null when it has to be asked anew. */
  judgeAgain({ secret, question }: Judgement): Judgement | Promise<Judgement> | null {
    const nowMs = this.#clock.now();
    if (secret === null || !this.#directory.mayReuse(secret, nowMs)) return null;
    return this.#conclude(secret, question, nowMs);
  }

  /**
   * Who presents this token, whatever API it belongs to: decided as far as it can be without a
   * question about place or permission.
   */
  async identify(token: string, source: LogSource): Promise<Identified> {
    const begunMs = this.#clock.monotonic();
    const presented = splitPresented(token);
    const secret = presented === null ? null : await this.#findPresented(presented);
    const nowMs = this.#clock.now();
    const refusal = identityOf(secret, source, nowMs);
    // Probing is on record too, under the API that was asked: this one.
    const apiId = secret?.key.api.id ?? ROOT_API_ID;
    this.#recorder.record(secret, refusal ?? 'VALID', apiId, nowMs);
    const durationMs = this.#clock.monotonic() - begunMs;
    const asked = { apiId, environment: null, permissions: undefined };
    this.#logs.recordPresented({ secret, refusal, ...asked, token, source, nowMs, durationMs });
    const decision =
      secret === null || refusal !== null
        ? refuse(refusal ?? 'NOT_FOUND', secret, null)
        : accept(secret);
    return { decision, type: secret?.type ?? null };
  }

  /** Of whatever API. A pair's secret proves nothing without the public half it belongs to. */
  async #findPresented({ token, publicKey }: Presented): Promise<SecretEntry | null> {
    const secret = await findByToken(this.#directory, token, this.#clock.now());
    const expected = secret?.type === 'secret' ? secret.key.rules.publicKey : null;
    return expected === publicKey ? secret : null;
  }

  async #readThrough(ask: Verify, scope: Scope, apiId: string): Promise<Judgement> {
    const api = await this.#directory.findApi(apiId);
    if (api === null) throw apiNotFound(apiId);
    const presented = splitPresented(ask.token);
    const question = newQuestion(ask, scope, api, presented);
    if (presented === null || !mayExist(presented, api)) {
      return this.#unknown(question, this.#clock.now());
    }
    return this.#find(hashToken(presented.token), question);
  }

  async #find(tokenHash: string, question: Question): Promise<Judgement> {
    const nowMs = this.#clock.now();
    const secret =
      this.#directory.peek(tokenHash, nowMs) ?? (await this.#directory.find(tokenHash));
    if (secret === null) return this.#unknown(question, this.#clock.now());
    return this.#conclude(secret, question, this.#clock.now());
  }

  #conclude(
    secret: SecretEntry,
    question: Question,
    nowMs: number,
  ): Judgement | Promise<Judgement> {
    const refusal = decide(secret, question, nowMs);
    if (refusal === null && isCharged(secret.key)) return this.#charge(secret, question, nowMs);
    return this.#record(secret, question, refusal, null, nowMs);
  }

  #charge(secret: SecretEntry, question: Question, nowMs: number): Judgement | Promise<Judgement> {
    const charged = charge(this.#charging, secret, question, nowMs);
    if (charged instanceof Promise) return this.#recordLater(charged, secret, question, nowMs);
    return this.#record(secret, question, charged.refusal, charged, nowMs);
  }

  async #recordLater(
    charging: Promise<Charge>,
    secret: SecretEntry,
    question: Question,
    nowMs: number,
  ): Promise<Judgement> {
    const taken = await charging;
    return this.#record(secret, question, taken.refusal, taken, nowMs);
  }

  #record(
    secret: SecretEntry,
    question: Question,
    refusal: RefusalCode | null,
    taken: Charge | null,
    nowMs: number,
  ): Judgement {
    this.#recorder.record(secret, refusal ?? 'VALID', question.apiId, nowMs);
    return { secret, refusal, question, charge: taken, nowMs };
  }

  #unknown(question: Question, nowMs: number): Judgement {
    this.#recorder.record(null, 'NOT_FOUND', question.apiId, nowMs);
    return { secret: null, refusal: 'NOT_FOUND', question, charge: null, nowMs };
  }
}

/** As far as it can be told without a question about place or permission. */
function identityOf(
  secret: SecretEntry | null,
  { origin, ip }: LogSource,
  nowMs: number,
): RefusalCode | null {
  if (secret === null) return 'NOT_FOUND';
  return lifeRefusal(secret, nowMs) ?? originRefusal(secret, origin) ?? addressRefusal(secret, ip);
}

/** The checksum spares the store every mistyped or invented token; keys issued elsewhere have none. */
function mayExist({ token }: Presented, { legacyFormats }: ApiEntry): boolean {
  return isWellFormed(token) || legacyFormats.some((format) => format.test(token));
}

function askedApi(ask: Verify, scope: Scope): string {
  const apiId = ask.apiId ?? (scope.apis?.length === 1 ? scope.apis[0] : undefined);
  if (apiId === undefined) {
    throw new InvalidRequestError([
      { pointer: '/apiId', message: 'is required, because this root key is not bound to one API' },
    ]);
  }
  if (!covers(scope, { apiId })) throw apiNotFound(apiId);
  return apiId;
}

function newQuestion(
  ask: Verify,
  scope: Scope,
  api: ApiEntry,
  presented: Presented | null,
): Question {
  return {
    apiId: api.id,
    environment: askedEnvironment(ask, scope, api),
    organizationId: ask.organizationId,
    permissions: ask.permissions,
    resources: askedResources(ask, api),
    origin: ask.origin ?? null,
    ip: ask.ip ?? null,
    cost: ask.cost,
    publicKey: presented === null ? null : presented.publicKey,
    scope,
  };
}

/** A type that no key can be scoped to is a slip, and taken for another it would get around the scope. */
function askedResources({ resources }: Verify, api: ApiEntry): Verify['resources'] {
  if (resources === undefined) return resources;
  for (const type in resources) {
    if (!api.resourceTypes.has(type)) throw unknownTypes(Object.keys(resources), api);
  }
  return resources;
}

function unknownTypes(asked: readonly string[], { id, resourceTypes }: ApiEntry): Error {
  const offered =
    resourceTypes.size === 0 ? 'which declares none' : `which has ${[...resourceTypes].join(', ')}`;
  const unknown = asked.filter((type) => !resourceTypes.has(type));
  return new InvalidRequestError(
    unknown.map((type) => ({
      pointer: `/resources/${type}`,
      message: `is not a resource type of API "${id}", ${offered}`,
    })),
  );
}

/** Environments are never crossed by omission: where there are several, somebody has to say which. */
function askedEnvironment(ask: Verify, scope: Scope, { id, definition }: ApiEntry): string {
  const { environments } = definition;
  const [only] = environments;
  if (ask.environment === undefined && environments.length === 1 && only !== undefined) return only;
  const environment =
    ask.environment ?? (scope.environments?.length === 1 ? scope.environments[0] : undefined);
  if (environment === undefined) {
    throw new InvalidRequestError([
      {
        pointer: '/environment',
        message: `is required: API "${id}" has ${environments.join(', ')}`,
      },
    ]);
  }
  if (!environments.includes(environment)) {
    throw new InvalidRequestError([
      {
        pointer: '/environment',
        message: `"${environment}" is not an environment of API "${id}", which has ${environments.join(', ')}`,
      },
    ]);
  }
  return environment;
}
