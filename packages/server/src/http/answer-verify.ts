import type { Socket } from 'node:net';
import { operations, verifyBody, type Decision, type RateLimitState } from '@claviger/contract';
import type { Judgement } from '@claviger/core';
import type { RequestSpan } from '../tracing/tracing.ts';
import { COMMON_HEADERS, logFault, type Surface } from '../surface.ts';
import { judgeRootKey, recordRootKey, rootScope } from './authenticate.ts';
import { clientAddress } from './client-address.ts';
import { readCredential } from './credentials.ts';
import { assertJson, parseJson, validate } from './json-body.ts';
import { quickVerifyBody } from './quick-verify-body.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { problemAnswer } from './refusals.ts';
import { requestIdOf } from './request-id.ts';

const { id, method, path, permission } = operations.verifyKey;

/** The headers that a verification reads. */
export interface VerifyHead {
  authorization: string | undefined;
  apiKey: string | undefined;
  contentType: string | undefined;
  forwardedFor: string | undefined;
  requestId: string | undefined;
  traceparent: string | undefined;
  userAgent: string | undefined;
}

export interface VerifyCall {
  readonly socket: Socket;
  readonly head: VerifyHead;
  /** `performance.now()` when the request was there. */
  readonly begun: number;
  /** Writes the answer; called once. `headers`: names and values in turn. */
  readonly reply: (status: number, headers: readonly string[], body: string) => void;
  /** Those of the root key, once it is known; null: it has none. */
  limits?: readonly RateLimitState[];
  /** Of the request, where requests are traced. */
  span?: RequestSpan;
  /** What it is called in every log; null before anybody asked. */
  requestId: string | null;
}

const idOf = (call: VerifyCall): string => (call.requestId ??= requestIdOf(call.head.requestId));

/**
 * POST /v1/keys/verify from the body to the answer, whoever carries the bytes: made of the same steps as
 * every other operation, without a framework's request and response objects, which would cost more than
 * the decision.
 */
export function answerVerify(surface: Surface, call: VerifyCall, body: Buffer | Error): void {
  if (surface.tracing !== null) {
    const span = surface.tracing.begin(call.head.traceparent);
    call.span = span;
    return span.run(() => answer(surface, call, body));
  }
  answer(surface, call, body);
}

function answer(surface: Surface, call: VerifyCall, body: Buffer | Error): void {
  if (body instanceof Error) return fail(surface, call, body);
  try {
    const decision = decide(surface, call, body);
    if (!(decision instanceof Promise)) return succeed(surface, call, decision, true);
    decision.then(
      (decided) => succeed(surface, call, decided),
      (error: unknown) => fail(surface, call, error),
    );
  } catch (error) {
    fail(surface, call, error);
  }
}

const DECIDED = Object.entries({ 'content-type': 'application/json', ...COMMON_HEADERS }).flat();

function succeed(surface: Surface, call: VerifyCall, decision: Decision, atOnce = false): void {
  const requestId = idOf(call);
  const headers = [...DECIDED, 'x-request-id', requestId];
  if (call.limits !== undefined) headers.push(...Object.entries(limitsOf(call)).flat());
  const seconds = finish(surface, call, 200, headers, jsonOf(decision));
  // Nothing came between: the newest entry is this one's.
  if (atOnce && decision.logId !== undefined) surface.claviger.logs.took(seconds * 1_000);
  call.span?.end({ ...outcome, status: 200, requestId, code: decision.code });
}

/**
 * The decision as JSON. An id that was made just now is two texts that were never copied together;
 * `JSON.stringify` would do so, and take three times as long over all the rest.
 */
function jsonOf(decision: Decision): string {
  const { logId } = decision;
  if (logId === undefined) return JSON.stringify(decision);
  decision.logId = undefined;
  const json = JSON.stringify(decision);
  decision.logId = logId;
  return `${json.slice(0, -1)},"logId":"${logId}"}`;
}

const outcome = { method, route: path, operation: id };

function fail(surface: Surface, call: VerifyCall, error: unknown): void {
  const requestId = idOf(call);
  const { status, headers, body } = problemAnswer(error, requestId, surface.config.publicUrl);
  logFault(surface.log, error, status, requestId);
  const named = { ...COMMON_HEADERS, ...limitsOf(call), ...headers, 'x-request-id': requestId };
  finish(surface, call, status, Object.entries(named).flat(), body);
  call.span?.end({ ...outcome, status, requestId });
}

/** What a refusal says of the limits itself comes from the same counters. */
const limitsOf = ({ limits = [] }: VerifyCall) => rateLimitHeaders(limits);

function finish(
  { metrics }: Surface,
  { begun, reply }: VerifyCall,
  status: number,
  headers: readonly string[],
  body: string,
): number {
  reply(status, headers, body);
  const seconds = (performance.now() - begun) / 1_000;
  metrics.observe(id, status, seconds);
  return seconds;
}

function decide(surface: Surface, call: VerifyCall, body: Buffer): Decision | Promise<Decision> {
  const judged = authenticate(surface, call);
  return judged instanceof Promise
    ? judged.then((root) => decideFor(surface, call, root, body))
    : decideFor(surface, call, judged, body);
}

function decideFor(
  surface: Surface,
  call: VerifyCall,
  root: Judgement,
  body: Buffer,
): Decision | Promise<Decision> {
  if (root.refusal !== null) recordRefused(surface, call, root);
  const scope = rootScope(root);
  if (root.charge !== null) call.limits = root.charge.limits;
  // One of our own making would tell no more than the entry's id, and cost more than the rest of the entry.
  const requestId = call.head.requestId === undefined ? null : idOf(call);
  return surface.claviger.verifier.verify(readAsk(call.head, body), scope, requestId);
}

function recordRefused({ claviger, config }: Surface, call: VerifyCall, root: Judgement): void {
  const { authorization, apiKey, forwardedFor, userAgent = null } = call.head;
  const token = readCredential(authorization, apiKey) ?? '';
  const ip = clientAddress(call.socket.remoteAddress, forwardedFor, config.trustedProxies);
  const source = { ip, origin: null, userAgent, method, path, requestId: idOf(call) };
  recordRootKey(claviger, root, permission, token, source, performance.now() - call.begun);
}

interface Known {
  readonly authorization: string;
  /** What the caller's address was read from, besides the connection. */
  readonly forwardedFor: string | undefined;
  readonly judgement: Judgement;
}

/** What each connection presented last. A backend sends the same root key thousands of times over one. */
const knownByConnection = new WeakMap<Socket, Known>();

/**
 * The root key is looked up once for a connection and decided on for every request: as soon as anything
 * about it changes, it is looked up again.
 */
function authenticate(
  { claviger, config }: Surface,
  { socket, head: { authorization, apiKey, forwardedFor } }: VerifyCall,
): Judgement | Promise<Judgement> {
  const known = knownByConnection.get(socket);
  const same = known?.authorization === authorization && known?.forwardedFor === forwardedFor;
  if (known !== undefined && same && apiKey === undefined) {
    const again = claviger.verifier.judgeAgain(known.judgement);
    if (again !== null) return again;
  }
  const token = readCredential(authorization, apiKey);
  const ip = clientAddress(socket.remoteAddress, forwardedFor, config.trustedProxies);
  const judged = judgeRootKey(claviger, token, permission, ip);
  if (judged instanceof Promise || authorization === undefined || judged.secret === null) {
    return judged;
  }
  knownByConnection.set(socket, { authorization, forwardedFor, judgement: judged });
  return judged;
}

function readAsk({ contentType }: VerifyHead, body: Buffer) {
  assertJson(contentType, body.length === 0);
  const ask = parseJson(body);
  return quickVerifyBody(ask) ?? validate(verifyBody, ask);
}
