import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus, verify } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const HOUR_MS = 3_600_000;

describe.each(['sqlite', 'postgres'] as const)('bulk actions step by step on %s', (database) => {
  let server: TestServer;
  let owners = 0;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
  });

  const newOwner = () => `owner_${++owners}`;
  const send = (path: string, body: unknown): Promise<Answer> =>
    server.call('POST', `/v1/keys/${path}`, { body });
  const run = async (path: string, body: object): Promise<Answer['body']> =>
    (await expectStatus(200, send(path, body))).body;
  const create = async (
    count: number,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Answer['body'][]> =>
    Promise.all(Array.from({ length: count }, () => createTestKey(server, fields)));
  const idsOf = ({ data }: Answer['body']): string[] => data.map(({ id }: { id: string }) => id);

  test('keys are named by their ids; those that are gone are passed over', async () => {
    const [first, second, third] = await create(3, { ownerId: newOwner() });
    await expectStatus(200, server.call('DELETE', `/v1/keys/${third.key.id}`));
    const filter = { ids: [first.key.id, third.key.id] };
    const answer = await run('bulk', { action: 'disable', filter });
    expect(answer).toMatchObject({ matched: 1, changed: 1, failed: [] });
    expect(idsOf(answer)).toEqual([first.key.id]);
    expect(await verify(server, second.secret)).toMatchObject({ code: 'VALID' });
  });

  test('ids are bounded, and no ids are not every key', async () => {
    const { id } = (await createTestKey(server)).key;
    expectProblem(
      await send('bulk', { action: 'disable', filter: { ids: [] } }),
      'INVALID_REQUEST',
    );
    expectFaults(await send('bulk', { action: 'disable', filter: { ids: [id, id] } }), {
      pointer: '/filter/ids',
      message: 'must not name the same entry twice',
    });
    const ids = Array.from({ length: 1_001 }, (_, n) => `key_${String(n).padStart(22, '0')}`);
    expectProblem(await send('bulk', { action: 'disable', filter: { ids } }), 'INVALID_REQUEST');
    const most = await run('bulk', { action: 'disable', filter: { ids: ids.slice(1) } });
    expect(most).toMatchObject({ matched: 0 });
  });

  test('the search of the list means the same keys', async () => {
    const name = `Crawler of ${newOwner()}`;
    const [one] = await create(1, { name });
    await create(1, { name: 'Something else' });
    const answer = await run('bulk', { action: 'disable', filter: { q: name.toUpperCase() } });
    expect(idsOf(answer)).toEqual([one.key.id]);
  });

  test('in steps, each key is looked at once and every step says where to go on', async () => {
    const ownerId = newOwner();
    const made = await create(250, { ownerId });
    const changed: string[] = [];
    const matched: number[] = [];
    let cursor: string | null = null;
    do {
      const body = { action: 'revoke', filter: { ownerId }, limit: 120 };
      const step: Answer['body'] = await run('bulk', {
        ...body,
        ...(cursor !== null && { cursor }),
      });
      changed.push(...idsOf(step));
      matched.push(step.matched);
      cursor = step.nextCursor;
    } while (cursor !== null);
    expect(matched).toEqual([120, 120, 10]);
    expect(changed.toSorted()).toEqual(made.map(({ key }) => key.id).toSorted());
    const foreign = await send('bulk', { action: 'revoke', filter: { ownerId }, cursor: 'x' });
    expectProblem(foreign, 'INVALID_REQUEST');
  });

  test('a dry run tells how many requests the last day brought to the keys it would change', async () => {
    const ownerId = newOwner();
    const [busy, quiet, off] = await create(3, { ownerId });
    for (const { secret } of [busy, busy, quiet]) await verify(server, secret);
    await server.advance(30 * HOUR_MS);
    for (const { secret } of [busy, busy, busy, off]) await verify(server, secret);
    await expectStatus(200, server.call('POST', `/v1/keys/${off.key.id}/disable`));
    const disable = { action: 'disable', filter: { ownerId } };
    expect(await run('bulk', { ...disable, dryRun: true })).toMatchObject({
      matched: 3,
      changed: 2,
      lastDay: 3,
    });
    expect(await run('bulk', disable)).toMatchObject({ changed: 2, lastDay: null });
  });

  test('deletes what the filter means, as by a call for each, after it was shown', async () => {
    const ownerId = newOwner();
    const made = await create(130, { ownerId });
    await expectStatus(200, server.call('POST', `/v1/keys/${made[0].key.id}/revoke`));
    const other = await createTestKey(server, { ownerId: newOwner() });
    const filter = { ownerId };
    const foreseen = await run('bulk-delete', { filter, dryRun: true });
    expect(foreseen).toMatchObject({
      action: 'delete',
      matched: 130,
      changed: 130,
      effective: null,
    });
    expect(await verify(server, made[1].secret)).toMatchObject({ code: 'VALID' });

    let done: Answer['body'];
    const events = await auditOf(server, async () => (done = await run('bulk-delete', { filter })));
    expect(done).toMatchObject({
      matched: 130,
      changed: 130,
      failed: [],
      effective: { everywhere: true },
    });
    expect(idsOf(done)).toEqual(idsOf(foreseen));
    expect(events.map(({ action }) => action)).toEqual(Array(130).fill('key.deleted'));
    expect(await verify(server, made[1].secret)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await verify(server, other.secret)).toMatchObject({ code: 'VALID' });
    expect(await run('bulk-delete', { filter })).toMatchObject({ matched: 0, changed: 0 });
  });

  test('neither deletes the root key that is presented nor one beyond its rights', async () => {
    const own = await createRootKey(server, { permissions: ['keys:read', 'keys:write'] });
    const stronger = await createRootKey(server, { preset: 'full-access' });
    const filter = { ids: [own.key.id, stronger.key.id], apiId: 'claviger' };
    const answer = await server.call('POST', '/v1/keys/bulk-delete', {
      key: own.secret,
      body: { filter },
    });
    expect(answer.body.changed).toBe(0);
    const refused = answer.body.failed.map(({ id, code }: Answer['body']) => [id, code]);
    expect(Object.fromEntries(refused)).toEqual({
      [own.key.id]: 'STILL_IN_USE',
      [stronger.key.id]: 'BEYOND_OWN_RIGHTS',
    });
    const named = { ids: [stronger.key.id] };
    expect(await run('bulk-delete', { filter: named })).toMatchObject({ matched: 0 });
  });
});
