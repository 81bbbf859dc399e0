import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { call, define, newKey, serveProcess, temporaryFolder } from './harness/server-process.ts';

const KEYS = 3_000;
const CONNECTIONS = 32;
const LEAVES = { action: 'revoke', filter: { ownerId: 'leaver' }, reason: 'Left the company' };

test(
  'kill -9 in the middle of revoking 3,000 keys leaves each revoked or not, and a repeat finishes',
  { timeout: 120_000 },
  async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite);
    const rootKey = server.rootKey ?? '';
    await define(server, rootKey);
    const secrets: string[] = [];
    const client = async () => {
      while (secrets.length < KEYS) {
        const body = { ...newKey('Nightly export'), ownerId: 'leaver' };
        secrets.push((await call(server, rootKey, 'POST', '/v1/keys', body)).body.secret);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    const total = secrets.length;

    // A reader of its own sees the first commit, and there are a dozen.
    const path = join(folder.path, 'claviger.db');
    const run = call(server, rootKey, 'POST', '/v1/keys/bulk', LEAVES).catch(() => null);
    await firstCommit(path);
    server.signal('SIGKILL');
    await server.ended;
    expect(await run).toBeNull();

    const revoked = expectWhole(path);
    expect(revoked).toBeGreaterThan(0);
    expect(revoked).toBeLessThan(total);

    const again = await serveProcess(folder.sqlite);
    const rest = await call(again, rootKey, 'POST', '/v1/keys/bulk', LEAVES);
    expect(rest.body).toMatchObject({ matched: total, changed: total - revoked, failed: [] });
    const codes = new Set<string>();
    for (let start = 0; start < total; start += 1_000) {
      const part = secrets.slice(start, start + 1_000);
      const verifications = part.map((token) => ({ token, apiId: 'interact' }));
      const batch = { verifications };
      const { body } = await call(again, rootKey, 'POST', '/v1/keys/verify-batch', batch);
      for (const { code } of body.data) codes.add(code);
    }
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect([...codes]).toEqual(['REVOKED']);
    expect(expectWhole(path)).toBe(total);
  },
);

async function firstCommit(path: string): Promise<void> {
  const reader = new Database(path, { readonly: true });
  const seen = reader.prepare("SELECT 1 FROM keys WHERE state = 'revoked' LIMIT 1");
  while (seen.get() === undefined) await new Promise((resolve) => setImmediate(resolve));
  reader.close();
}

/** Each revoked key has its time, its reason, its audit event and its change, and no other has. Answers how many. */
function expectWhole(path: string): number {
  const database = new Database(path, { readonly: true });
  const count = (from: string) =>
    (database.prepare(`SELECT count(*) AS n FROM ${from}`).get() as { n: number }).n;
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  const isRevoked = "state = 'revoked'";
  const isTold = `EXISTS (SELECT 1 FROM audit_events WHERE action = 'key.revoked' AND target_id = keys.id)`;
  const hasReason = "revoked_at IS NOT NULL AND revoked_reason = 'Left the company'";
  expect(count(`keys WHERE (${isRevoked}) <> (${isTold})`)).toBe(0);
  expect(count(`keys WHERE (${isRevoked}) <> (${hasReason})`)).toBe(0);
  const revoked = count(`keys WHERE ${isRevoked}`);
  // One change for its creation, one for its revocation.
  expect(count(`changes WHERE scope = 'key'`)).toBe(count('keys') + revoked);
  database.close();
  return revoked;
}
