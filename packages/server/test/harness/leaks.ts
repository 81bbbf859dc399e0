import { expect } from 'vitest';
import { auditOf } from './audit.ts';
import { expectStatus } from './fixtures.ts';
import type { Answer, TestServer } from './test-server.ts';

/** Every stranger comes from an address of their own: 198.51.100.1, … */
let strangers = 0;
export const stranger = (): Record<string, string> => ({
  'x-forwarded-for': `198.51.${100 + Math.floor(++strangers / 250)}.${1 + (strangers % 250)}`,
});

/** What makes the server believe in them. */
export const BEHIND_PROXY = { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1,::1' };

/** Reports the tokens as a stranger who presents no key. */
export function report(
  server: TestServer,
  tokens: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
  headers = stranger(),
): Promise<Answer> {
  const body = { tokens, ...fields };
  return server.call('POST', '/v1/leaks', { key: null, headers, body });
}

/** Reports, and waits until what comes of it has come. Answers its audit events without their hashes. */
export async function reported(
  server: TestServer,
  tokens: readonly string[],
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Answer['body'][]> {
  return auditOf(server, async () => {
    const { body } = await expectStatus(202, report(server, tokens, fields));
    expect(body).toEqual({ received: tokens.length });
    await server.claviger.leaks.work();
  });
}

export const actionsOf = (events: readonly Answer['body'][]): string[] =>
  events.map(({ action, after }) =>
    action === 'key.leak_reported' ? `${action}: ${after.action}` : action,
  );
