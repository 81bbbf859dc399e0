import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CHAIN_START, firstBrokenLink } from '@claviger/core';
import { openSqliteStorage } from '@claviger/core/sqlite';
import { expect, test } from 'vitest';
import { storedEntries } from '../../core/test/harness/log-entries.ts';
import {
  call,
  define,
  metric,
  newKey,
  serveProcess,
  temporaryFolder,
} from './harness/server-process.ts';

const CREATES = 10_000;
const CONNECTIONS = 32;
/** Well inside the run, whatever the machine's speed. */
const KILL_AFTER = 2_500;

test(
  'kill -9 in the middle of 10,000 creates loses no key that was answered and leaves no torn row',
  { timeout: 90_000 },
  async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite);
    const rootKey = server.rootKey ?? '';
    await define(server, rootKey);

    const secrets: string[] = [];
    let asked = 0;
    const client = async () => {
      while (asked < CREATES) {
        asked++;
        const { status, body } = await call(
          server,
          rootKey,
          'POST',
          '/v1/keys',
          newKey(`Export ${asked}`),
        );
        if (status === 201) secrets.push(body.secret);
        if (secrets.length === KILL_AFTER) server.signal('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: CONNECTIONS }, client));
    await server.ended;
    expect(secrets.length).toBeGreaterThanOrEqual(KILL_AFTER);
    expect(secrets.length).toBeLessThan(CREATES);

    const again = await serveProcess(folder.sqlite);
    const codes = new Map<string, number>();
    for (let start = 0; start < secrets.length; start += 1_000) {
      const verifications = secrets
        .slice(start, start + 1_000)
        .map((token) => ({ token, apiId: 'interact', permissions: ['agent_jobs_read'] }));
      const { body } = await call(again, rootKey, 'POST', '/v1/keys/verify-batch', {
        verifications,
      });
      for (const { code } of body.data) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
    expect([...codes]).toEqual([['VALID', secrets.length]]);
    await expectWhole(join(folder.path, 'claviger.db'));
  },
);

test('kill -9 loses nothing of the log that was written, which is once a second, and tears no chunk', async () => {
  using folder = temporaryFolder();
  const server = await serveProcess(folder.sqlite);
  const rootKey = server.rootKey ?? '';
  await define(server, rootKey);
  const { body: created } = await call(server, rootKey, 'POST', '/v1/keys', newKey('Export'));
  const verifyMany = async (): Promise<string[]> => {
    const ask = { token: created.secret, apiId: 'interact', permissions: ['agent_jobs_read'] };
    const verifications = Array.from({ length: 1_000 }, () => ask);
    const body = { verifications };
    const answer = await call(server, rootKey, 'POST', '/v1/keys/verify-batch', body);
    return answer.body.data.map(({ logId }: { logId: string }) => logId);
  };

  const written: string[] = [];
  for (let batch = 0; batch < 5; batch++) written.push(...(await verifyMany()));
  await expect
    .poll(() => metric(server, 'claviger_log_entries_written_total'), { timeout: 10_000 })
    .toBeGreaterThanOrEqual(written.length);
  const late = await verifyMany();
  server.signal('SIGKILL');
  await server.ended;

  const storage = await openSqliteStorage({ path: join(folder.path, 'claviger.db') });
  const ids = (await storedEntries(storage.logs)).map(({ id }) => id);
  await storage.close();
  expect(ids).toEqual(expect.arrayContaining(written));
  expect(new Set(ids).size).toBe(ids.length);
  const others = ids.filter((id) => !written.includes(id) && !late.includes(id));
  // Those of the root key that made the key and what it belongs to.
  expect(others.length).toBeLessThan(10);
});

/** Every key has its secret, its audit event and its change, and the chain and the feed have no gap. */
async function expectWhole(path: string): Promise<void> {
  const database = new Database(path, { readonly: true });
  const count = (from: string) => database.prepare(`SELECT count(*) AS n FROM ${from}`).get();
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(count('keys WHERE (SELECT count(*) FROM secrets WHERE key_id = keys.id) <> 1')).toEqual({
    n: 0,
  });
  expect(count('secrets WHERE key_id NOT IN (SELECT id FROM keys)')).toEqual({ n: 0 });
  expect(
    count(
      "keys WHERE (SELECT count(*) FROM audit_events WHERE target_type = 'key' AND target_id = keys.id) <> 1",
    ),
  ).toEqual({ n: 0 });
  expect(
    count("audit_events WHERE target_type = 'key' AND target_id NOT IN (SELECT id FROM keys)"),
  ).toEqual({ n: 0 });
  const keys = count('keys') as { n: number };
  expect(count("changes WHERE scope = 'key'")).toEqual(keys);
  expect(database.prepare('SELECT max(seq) - count(*) AS gaps FROM changes').get()).toEqual({
    gaps: 0,
  });
  database.close();

  const storage = await openSqliteStorage({ path });
  const events = await storage.audit.eventsAfter(0, 100_000);
  await storage.close();
  expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
}
