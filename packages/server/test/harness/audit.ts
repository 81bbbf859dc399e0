import { CHAIN_START, firstBrokenLink } from '@claviger/core';
import { expect } from 'vitest';
import { leakedTokens, type Answer, type TestServer } from './test-server.ts';

/** Every audit event there is, oldest first. */
export async function auditEvents({ claviger }: TestServer): Promise<Answer['body'][]> {
  return claviger.storage.audit.eventsAfter(0, 100_000);
}

/** The audit events that `act` brings about. */
export async function auditOf(
  server: TestServer,
  act: () => Promise<unknown>,
): Promise<Answer['body'][]> {
  const before = await auditEvents(server);
  await act();
  return (await auditEvents(server)).slice(before.length);
}

/** The chain holds from its start, and no event tells a secret or what is stored of one. */
export async function expectSoundAudit(server: TestServer): Promise<void> {
  const events = await auditEvents(server);
  expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
  const texts = events.map((event) => JSON.stringify({ ...event, hash: null, previousHash: null }));
  expect(leakedTokens(texts)).toEqual([]);
  // A digest is 32 bytes, as hex or as a serialized buffer.
  expect(texts.filter((text) => /[0-9a-f]{64}|"Buffer"|digest/i.test(text))).toEqual([]);
}
