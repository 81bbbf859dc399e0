import { Webhook } from 'standardwebhooks';
import { expectStatus } from './fixtures.ts';
import type { Received } from './receiver.ts';
import type { Answer, TestServer } from './test-server.ts';

/** What lets a test server send to receivers on this machine. */
export const LOOPBACK_OPENED = { CLAVIGER_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' };

export async function createWebhook(
  server: TestServer,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer['body']> {
  return (await expectStatus(201, server.call('POST', '/v1/webhooks', { body }))).body;
}

/** All deliveries to it, newest first. */
export async function deliveriesTo(server: TestServer, webhookId: string): Promise<Answer['body']> {
  const path = `/v1/webhooks/${webhookId}/deliveries`;
  return (await expectStatus(200, server.call('GET', path))).body.data;
}

/**
 * Whether it was signed with the secret, as a receiver checks it. The library compares the timestamp with the clock of
 * the process; tests whose clock moves sign again instead.
 */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const time = new Date(Number(headers['webhook-timestamp']) * 1_000);
  const signature = new Webhook(secret).sign(headers['webhook-id'] ?? '', time, body);
  return (headers['webhook-signature'] ?? '').split(' ').includes(signature);
}
