import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Answer, TestServer } from './test-server.ts';

/** The five platforms of `examples/`, each with the id of its API. */
export type ExampleName = 'interact' | 'interlocute' | 'agiled' | 'agentsgt' | 'keymanager';

/** An API definition as the examples publish it. */
export function exampleApi(name: ExampleName): Record<string, unknown> {
  const file = new URL(`../../../../examples/${name}/api.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** The API of the example and the organization `acme`. */
export async function defineApi(server: TestServer, name: ExampleName): Promise<void> {
  await expectStatus(200, server.call('PUT', `/v1/apis/${name}`, { body: exampleApi(name) }));
  await expectStatus(200, server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } }));
}

/** A key of Interact that may read, with what is given besides. Answers the body of the creation. */
export async function createTestKey(
  server: TestServer,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Answer['body']> {
  const body = {
    apiId: 'interact',
    organizationId: 'acme',
    name: 'Production scheduler',
    ...(fields['preset'] === undefined && { permissions: ['agent_jobs_read'] }),
    ...fields,
  };
  return (await expectStatus(201, server.call('POST', '/v1/keys', { body }))).body;
}

export async function verify(
  server: TestServer,
  token: string,
  ask: Readonly<Record<string, unknown>> = {},
): Promise<Answer['body']> {
  const body = { token, apiId: 'interact', ...ask };
  return (await expectStatus(200, server.call('POST', '/v1/keys/verify', { body }))).body;
}

export async function expectStatus(status: number, answer: Promise<Answer>): Promise<Answer> {
  const given = await answer;
  if (given.status !== status) {
    throw new Error(`expected ${status}, got ${given.status}: ${given.text}`);
  }
  return given;
}

/** The key but for its last uses, which are written in the background and may show at any moment. */
export function withoutUses(key: Answer['body']): Answer['body'] {
  const secrets = key.secrets.map((secret: object) => ({ ...secret, lastUsedAt: null }));
  return { ...key, lastUsedAt: null, secrets };
}

/** What an answer says of its entry in the log, whichever that is. */
export const LOGGED = { logId: expect.stringMatching(/^log_[0-9A-Za-z]{24}$/) };
