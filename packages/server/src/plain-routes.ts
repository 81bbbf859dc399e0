import { hash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { problemCodeOfSlug } from '@claviger/contract';
import { RefusedError } from '@claviger/core';
import type { Hono } from 'hono';
import type { Env, RequestContext } from './app.ts';
import { readCredential } from './http/credentials.ts';
import { UnauthorizedError } from './http/refusals.ts';
import { mountDashboard } from './dashboard.ts';
import { openApiDocument } from './reference/openapi-document.ts';
import { problemDocument, problemPage } from './reference/problem-page.ts';
import { contentSecurityPolicy, referencePage } from './reference/reference-page.ts';
import type { Surface } from './surface.ts';
import { VERSION } from './version.ts';

/** A database that does not answer in this time is away, as far as a load balancer is concerned. */
const READY_TIMEOUT_MS = 2_000;

/** They take GET alone. */
export const plainPaths = [
  '/',
  '/docs',
  '/openapi.json',
  '/problems/:slug',
  '/health/live',
  '/health/ready',
  '/metrics',
];

/** Health, metrics and the reference: everything that is no operation on keys. */
export function mountPlainRoutes(app: Hono<Env>, surface: Surface): void {
  const document = openApiDocument({ publicUrl: surface.config.publicUrl, version: VERSION });
  const reference = referencePage(document);
  const page = (c: RequestContext, html: string) =>
    c.html(html, 200, {
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
    });

  if (surface.dashboard === null) app.get('/', (c) => c.redirect('docs'));
  else mountDashboard(app, surface.dashboard);
  app.get('/docs', (c) => page(c, reference));
  app.get('/openapi.json', (c) => c.json(document));
  app.get('/problems/:slug', (c) => {
    const code = problemCodeOfSlug(c.req.param('slug'));
    if (code === undefined) {
      throw new RefusedError(
        'PROBLEM_NOT_FOUND',
        'No problem has this name. /docs lists them all.',
      );
    }
    const html = (c.req.header('accept') ?? '').includes('text/html');
    return html ? page(c, problemPage(code)) : c.json(problemDocument(code));
  });
  app.get('/health/live', (c) => c.json({ status: 'alive' }));
  app.get('/health/ready', async (c) => {
    const readiness = await checkReadiness(surface);
    const warnings = hasUntrustedProxy(surface, c) ? ['UNTRUSTED_PROXY'] : [];
    const body = { ...readiness, ...(warnings.length > 0 && { warnings }) };
    return c.json(body, readiness.status === 'ready' ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    assertMayScrape(surface, c);
    const { registry } = surface.metrics;
    return c.text(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}

interface Readiness {
  readonly status: 'ready' | 'unready';
  readonly database: 'ok' | 'unreachable';
  readonly draining: boolean;
}

async function checkReadiness({ claviger, draining }: Surface): Promise<Readiness> {
  // Renewing asks all that matters: the database answers, and this server still holds it.
  const database = await answersInTime(claviger.follower.renew());
  const ready = database && !draining;
  return {
    status: ready ? 'ready' : 'unready',
    database: database ? 'ok' : 'unreachable',
    draining,
  };
}

async function answersInTime(question: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), READY_TIMEOUT_MS);
  const answered = question.then(
    () => true,
    () => false,
  );
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  return result;
}

/** Somebody in between reports the caller's address and is not believed: every caller looks like that hop. */
function hasUntrustedProxy({ config }: Surface, c: RequestContext): boolean {
  const forwarded = c.req.header('x-forwarded-for') ?? c.req.header('forwarded');
  const connection = c.env.incoming.socket.remoteAddress;
  if (forwarded === undefined || connection === undefined) return false;
  return !config.trustedProxies.check(connection, isIPv4(connection) ? 'ipv4' : 'ipv6');
}

const FORWARDING_HEADER = /^(?:forwarded|via|x-real-ip|x-forwarded-.+)$/;

/** With a token where one is set; else only from this machine itself and through no proxy. Throws `UnauthorizedError`. */
function assertMayScrape({ config }: Surface, c: RequestContext): void {
  const { metricsToken } = config;
  if (metricsToken === null) {
    const address = c.env.incoming.socket.remoteAddress ?? '';
    const local = /^(?:::ffff:)?127\.|^::1$/.test(address);
    const forwarded = Object.keys(c.req.header()).some((name) => FORWARDING_HEADER.test(name));
    if (local && !forwarded) return;
    throw new UnauthorizedError(
      'CREDENTIAL_MISSING',
      'Metrics are open to this machine only. Set CLAVIGER_METRICS_TOKEN and send it as Authorization: Bearer <token> to scrape from elsewhere.',
      'metrics',
    );
  }
  const token = readCredential(c.req.header('authorization'), c.req.header('x-api-key'));
  if (token !== null && timingSafeEqual(digest(token), digest(metricsToken))) return;
  throw new UnauthorizedError(
    token === null ? 'CREDENTIAL_MISSING' : 'NOT_FOUND',
    'Send CLAVIGER_METRICS_TOKEN as Authorization: Bearer <token>.',
    'metrics',
  );
}

/** Of equal length, so that comparing them tells nothing about the length of the token. */
const digest = (token: string): Buffer => hash('sha256', token, 'buffer');
