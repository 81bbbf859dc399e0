import type { HttpBindings } from '@hono/node-server';
import {
  BODY_LIMIT_BYTES,
  operations,
  type Operation,
  type ProblemCode,
  type RateLimitState,
  type RootPermission,
} from '@claviger/contract';
import { RefusedError, InvalidRequestError } from '@claviger/core';
import { Hono, type Context } from 'hono';
import {
  authenticateAnyKey,
  judgeRootKey,
  recheckRootKey,
  recordRootKey,
  rootCaller,
} from './http/authenticate.ts';
import { readCredential } from './http/credentials.ts';
import {
  assertJson,
  assertPlain,
  bodyTooLarge,
  escapePointer,
  parseJson,
  validate,
} from './http/json-body.ts';
import { rateLimitHeaders } from './http/rate-limit-headers.ts';
import { exportResponse } from './http/export.ts';
import { handleOnce, readIdempotencyKey, REPLAYED } from './http/idempotency-key.ts';
import { isLines, linesResponse } from './http/lines.ts';
import { problemAnswer } from './http/refusals.ts';
import { readBytes } from './http/read-bytes.ts';
import { requestIdOf } from './http/request-id.ts';
import { limitSilence } from './http/request-time.ts';
import type { LinesRequest, OpenRequest, Route, RouteRequest } from './http/route.ts';
import { sourceOf } from './http/source.ts';
import { mountAuthRoutes } from './accounts/auth-routes.ts';
import { mountSingleSignOn } from './accounts/single-sign-on-routes.ts';
import { recheckSession, sessionCaller } from './accounts/session-caller.ts';
import { mountPlainRoutes, plainPaths } from './plain-routes.ts';
import { routes } from './routes/index.ts';
import { COMMON_HEADERS, logFault, type Surface } from './surface.ts';

export type Env = {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    operation: string;
    /** Of the presented root key, as the request left them. */
    limits: readonly RateLimitState[];
  };
};
export type RequestContext = Context<Env>;

/** The HTTP surface: every operation of the contract, and the plain pages beside it. */
export function createApp(surface: Surface): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    const begun = performance.now();
    const requestId = requestIdOf(c.req.header('x-request-id'));
    c.set('requestId', requestId);
    c.set('operation', 'none');
    c.set('limits', []);
    const span = surface.tracing?.begin(c.req.header('traceparent'));
    await (span === undefined ? next() : span.run(next));
    for (const [name, value] of Object.entries(COMMON_HEADERS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
    c.res.headers.set('x-request-id', requestId);
    for (const [name, value] of Object.entries(rateLimitHeaders(c.get('limits')))) {
      c.res.headers.set(name, value);
    }
    if (surface.draining) c.res.headers.set('connection', 'close');
    const durationMs = performance.now() - begun;
    const operation = c.get('operation');
    surface.metrics.observe(operation, c.res.status, durationMs / 1_000);
    span?.end({ ...placeOf(operation, c.req.method), operation, status: c.res.status, requestId });
    // The operation, never the address: somebody may have put a key into it.
    const line = { requestId, operation, status: c.res.status, durationMs: Math.round(durationMs) };
    if (c.req.method === 'GET') surface.log.debug(line, 'request');
    else surface.log.info(line, 'request');
  });
  app.onError((error, c) => problemResponse(surface, c, error));
  app.notFound((c) =>
    problemResponse(
      surface,
      c,
      new RefusedError(
        'ROUTE_NOT_FOUND',
        'There is nothing at this address. The reference is at /docs.',
      ),
    ),
  );
  mountPlainRoutes(app, surface);
  mountAuthRoutes(app, surface);
  mountSingleSignOn(app, surface);
  for (const path of plainPaths) app.all(path, (c) => methodNotAllowed(surface, c, 'GET'));
  mountOperations(app, surface);
  return app;
}

/** The path as the contract writes it: the one that came may hold anything. */
function placeOf(id: string, method: string): { method: string; route: string | null } {
  const operation: Operation | undefined = operations[id as keyof typeof operations];
  return { method, route: operation?.path ?? null };
}

/** Addresses without parameters first, each closed by 405: `/v1/keys/verify` is not a key called "verify". */
function mountOperations(app: Hono<Env>, surface: Surface): void {
  const byPath = Map.groupBy(Object.values<Operation>(operations), ({ path }) => path);
  const paths = [...byPath.keys()].toSorted(
    (a, b) => Number(a.includes('{')) - Number(b.includes('{')),
  );
  for (const path of paths) {
    for (const route of routes.filter(({ operation }) => operation.path === path)) {
      app.on(route.operation.method, honoPath(path), (c) => serve(surface, route, c));
    }
    const allow = (byPath.get(path) ?? []).map(({ method }) => method).join(', ');
    app.all(honoPath(path), (c) => methodNotAllowed(surface, c, allow));
  }
}

function methodNotAllowed(surface: Surface, c: RequestContext, allow: string): Response {
  const error = new RefusedError('METHOD_NOT_ALLOWED', `This address takes ${allow}.`);
  const response = problemResponse(surface, c, error);
  response.headers.set('allow', allow);
  return response;
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** The story of every operation: who asks, what for, do it, answer. */
async function serve(surface: Surface, route: Route, c: RequestContext): Promise<Response> {
  const { operation } = route;
  c.set('operation', operation.id);
  if (route.handleOpen !== undefined) return serveOpen(surface, route, route.handleOpen, c);
  const identity = await authenticate(surface, operation, c);
  const { handleLines } = route;
  if (handleLines !== undefined && isLines(c.req.header('content-type'))) {
    return linesResponse(handleLines(linesRequest(surface, operation, c)));
  }
  const key = operation.idempotent === true ? readIdempotencyKey(c.env.incoming) : null;
  const body = operation.body && (await readJson(operation, c));
  const request = {
    claviger: surface.claviger,
    surface,
    ...identity,
    params: readParams(operation, c),
    query: operation.query && validate(operation.query, readQuery(c), '/query'),
    body: operation.body && validate(operation.body, body),
  } as RouteRequest<Operation>;
  if (route.exportEntries !== undefined) {
    return exportResponse(operation, request.query, route.exportEntries(request));
  }
  const answer =
    key === null
      ? await route.handle(request)
      : await handleOnce(route, request, { key, body }, () => c.header(REPLAYED, 'true'));
  return c.json(answer as object, operation.success.status);
}

async function serveOpen(
  surface: Surface,
  { operation, gate }: Route,
  handle: NonNullable<Route['handleOpen']>,
  c: RequestContext,
): Promise<Response> {
  const head = { surface, source: sourceOf(surface, c), headers: c.req.raw.headers };
  const admission = gate?.admit(head);
  const prove = async (bytes: Buffer) => {
    await gate?.prove(head, bytes);
    admission?.giveBack();
  };
  const body = operation.body && (await readJson(operation, c, prove));
  const answer = await handle({
    ...head,
    claviger: surface.claviger,
    showLimits: (limits) => c.set('limits', limits),
    setCookie: (value) => c.header('set-cookie', value, { append: true }),
    params: readParams(operation, c),
    query: operation.query && validate(operation.query, readQuery(c), '/query'),
    body: operation.body && validate(operation.body, body),
  } as OpenRequest<Operation>);
  return c.json(answer as object, operation.success.status);
}

/** A client that is silent for so long is not coming back: as long as one may take for a whole request. */
const SILENCE_MS = 30_000;

function linesRequest(surface: Surface, operation: Operation, c: RequestContext): LinesRequest {
  const { claviger, log } = surface;
  const { incoming } = c.env;
  limitSilence(incoming, SILENCE_MS);
  const source = sourceOf(surface, c);
  const token = tokenOf(c);
  const permission = operation.permission as RootPermission;
  return {
    claviger,
    // Ending early must not cut the connection under the answer.
    lines: incoming.iterator({ destroyOnReturn: false }),
    authorize: () =>
      token === null
        ? recheckSession(surface, operation, c.req.raw.headers, source)
        : recheckRootKey(claviger, token, permission, source),
    report: (error) => {
      const { status } = problemAnswer(error, source.requestId, surface.config.publicUrl);
      logFault(log, error, status, source.requestId);
    },
  };
}

const tokenOf = (c: RequestContext): string | null =>
  readCredential(c.req.header('authorization'), c.req.header('x-api-key'));

async function authenticate(
  surface: Surface,
  operation: Operation,
  c: RequestContext,
): Promise<Pick<RouteRequest<Operation>, 'caller' | 'presented'>> {
  const { claviger, accounts } = surface;
  const { permission } = operation;
  const token = tokenOf(c);
  const source = sourceOf(surface, c);
  if (permission === 'none') throw new Error('an operation open to everyone needs an open route');
  if (permission === 'any') {
    const { caller, keyId, type } = await authenticateAnyKey(claviger, token, source);
    return { caller, presented: { keyId, type } };
  }
  const { headers } = c.req.raw;
  if (permission === 'session' || (token === null && accounts.cookies.presentsSession(headers))) {
    return { caller: await sessionCaller(surface, operation, headers, source), presented: null };
  }
  const begun = performance.now();
  const judgement = await judgeRootKey(claviger, token, permission, source.ip);
  const durationMs = performance.now() - begun;
  recordRootKey(claviger, judgement, permission, token ?? '', source, durationMs);
  const caller = rootCaller(judgement, source);
  c.set('limits', judgement.charge?.limits ?? []);
  return { caller, presented: null };
}

const notFoundCodes: Record<string, ProblemCode> = {
  apiId: 'API_NOT_FOUND',
  organizationId: 'ORGANIZATION_NOT_FOUND',
  keyId: 'KEY_NOT_FOUND',
  secretId: 'SECRET_NOT_FOUND',
  logId: 'LOG_NOT_FOUND',
  eventId: 'AUDIT_EVENT_NOT_FOUND',
  webhookId: 'WEBHOOK_NOT_FOUND',
  deliveryId: 'DELIVERY_NOT_FOUND',
  userId: 'MEMBER_NOT_FOUND',
  invitationId: 'INVITATION_NOT_FOUND',
  type: 'RESOURCE_NOT_FOUND',
  id: 'RESOURCE_NOT_FOUND',
};

/** An id that cannot exist is one that does not; only where it would be created is it a fault. */
function readParams({ params, method }: Operation, c: RequestContext): unknown {
  if (params === undefined) return undefined;
  try {
    return validate(params, c.req.param(), '/path');
  } catch (error) {
    if (method === 'PUT' || !(error instanceof InvalidRequestError)) throw error;
    const name = error.faults[0]?.pointer.split('/')[2] ?? '';
    throw new RefusedError(
      notFoundCodes[name] ?? 'ROUTE_NOT_FOUND',
      `Nothing has this id: an id here ${error.faults[0]?.message ?? 'is another'}.`,
    );
  }
}

function readQuery(c: RequestContext): Record<string, string> {
  const query: Record<string, string> = {};
  const faults = [];
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1)
      faults.push({ pointer: `/query/${escapePointer(name)}`, message: 'is given more than once' });
    query[name] = values[0] ?? '';
  }
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return query;
}

/** Stops reading, and buffering, at the operation's limit. `check` sees the bytes before they are parsed. */
async function readJson(
  operation: Operation,
  c: RequestContext,
  check?: (bytes: Buffer) => Promise<void>,
): Promise<unknown> {
  const limit = operation.bodyLimitBytes ?? BODY_LIMIT_BYTES;
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > limit) throw bodyTooLarge(limit);
  const bytes = await readBytes(c.req.raw.body ?? [], limit);
  const alternative = operation.lines && ', or application/x-ndjson for one entry a line';
  assertJson(c.req.header('content-type'), bytes.length === 0, alternative);
  await check?.(bytes);
  const body = parseJson(bytes);
  assertPlain(body);
  return body;
}

export function problemResponse(surface: Surface, c: RequestContext, error: unknown): Response {
  const requestId = c.get('requestId');
  const { status, headers, body } = problemAnswer(error, requestId, surface.config.publicUrl);
  logFault(surface.log, error, status, requestId);
  return new Response(body, { status, headers });
}
