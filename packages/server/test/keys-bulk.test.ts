import { operations } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const MANY = 1_200;

describe.each(['sqlite', 'postgres'] as const)('bulk actions on %s', (database) => {
  let server: TestServer;
  let owners = 0;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
    const body = { name: 'Globex' };
    await expectStatus(200, server.call('PUT', '/v1/organizations/globex', { body }));
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
  });

  const newOwner = () => `owner_${++owners}`;
  const send = (body: unknown, key?: string): Promise<Answer> =>
    server.call('POST', '/v1/keys/bulk', { body, ...(key !== undefined && { key }) });
  const run = async (body: object, key?: string): Promise<Answer['body']> => {
    const answer = (await expectStatus(200, send(body, key))).body;
    expect(operations.bulkKeys.success.schema.safeParse(answer).error).toBeUndefined();
    return answer;
  };
  const get = async (id: string) =>
    (await expectStatus(200, server.call('GET', `/v1/keys/${id}`))).body;

  async function createMany(count: number, fields: object): Promise<Answer['body'][]> {
    const made: Answer['body'][] = [];
    for (let start = 0; start < count; start += 100) {
      const names = Array.from({ length: Math.min(100, count - start) }, (_, at) => start + at);
      made.push(
        ...(await Promise.all(
          names.map((at) => createTestKey(server, { name: `Export ${at}`, ...fields })),
        )),
      );
    }
    return made;
  }

  async function codesOf(secrets: readonly string[]): Promise<Record<string, number>> {
    const codes: Record<string, number> = {};
    for (let start = 0; start < secrets.length; start += 1_000) {
      const part = secrets.slice(start, start + 1_000);
      const body = { verifications: part.map((token) => ({ token, apiId: 'interact' })) };
      const { data } = (
        await expectStatus(200, server.call('POST', '/v1/keys/verify-batch', { body }))
      ).body;
      for (const { code } of data) codes[code] = (codes[code] ?? 0) + 1;
    }
    return codes;
  }

  test('everything of a person who leaves is found and revoked in one step', async () => {
    const ownerId = newOwner();
    const made = await createMany(MANY, { ownerId });
    const secrets = made.map(({ secret }) => secret);
    const other = await createTestKey(server, { ownerId: newOwner() });
    expect(await codesOf(secrets)).toEqual({ VALID: MANY });

    const revoke = { action: 'revoke', filter: { ownerId }, reason: 'Left the company' };
    let answer: Answer['body'];
    const events = await auditOf(server, async () => (answer = await run(revoke)));

    expect(answer).toMatchObject({
      action: 'revoke',
      dryRun: false,
      matched: MANY,
      changed: MANY,
      truncated: true,
      failed: [],
      effective: { everywhere: true, unreachable: [] },
    });
    expect(answer.data).toHaveLength(1_000);
    expect(await codesOf(secrets)).toEqual({ REVOKED: MANY });
    expect(await verify(server, other.secret)).toMatchObject({ code: 'VALID' });
    expect(events).toHaveLength(MANY);
    expect(new Set(events.map(({ action }) => action))).toEqual(new Set(['key.revoked']));
    expect(new Set(events.map(({ target }) => target.id)).size).toBe(MANY);
    expect(await get(made[7].key.id)).toMatchObject({
      status: 'revoked',
      revokedReason: 'Left the company',
    });

    const again = await auditOf(server, async () => (answer = await run(revoke)));
    expect(again).toEqual([]);
    expect(answer).toMatchObject({ matched: MANY, changed: 0, data: [], truncated: false });
  }, 120_000);

  test('a dry run answers what would be done and changes nothing', async () => {
    const ownerId = newOwner();
    const [first, second, third] = await createMany(3, { ownerId });
    await expectStatus(200, server.call('POST', `/v1/keys/${first.key.id}/disable`));
    await expectStatus(200, server.call('POST', `/v1/keys/${second.key.id}/revoke`));
    const seen = await Promise.all([first, second, third].map(({ key }) => get(key.id)));

    let foreseen: Answer['body'];
    const disable = { action: 'disable', filter: { ownerId } };
    const events = await auditOf(server, async () => {
      foreseen = await run({ ...disable, dryRun: true });
    });

    const { id, name, hint } = third.key;
    expect(foreseen).toEqual({
      action: 'disable',
      dryRun: true,
      at: new Date(server.clock.now()).toISOString(),
      matched: 3,
      changed: 1,
      data: [
        {
          id,
          name,
          hint,
          apiId: 'interact',
          organizationId: 'acme',
          environment: 'production',
          status: 'active',
          lastUsedAt: null,
        },
      ],
      truncated: false,
      failed: [
        {
          id: second.key.id,
          code: 'KEY_REVOKED',
          message: expect.stringContaining('was revoked, and its API makes that final'),
        },
      ],
      lastDay: 0,
      nextCursor: null,
      effective: null,
    });
    expect(events).toEqual([]);
    expect(await Promise.all([first, second, third].map(({ key }) => get(key.id)))).toEqual(seen);
    expect(await verify(server, third.secret)).toMatchObject({ code: 'VALID' });

    const done = await run(disable);
    expect(done).toEqual({
      ...foreseen,
      dryRun: false,
      data: [{ ...foreseen.data[0], status: 'inactive' }],
      lastDay: null,
      effective: expect.objectContaining({ everywhere: true }),
    });
  });

  test('keys are switched off and on again, each as by its own call', async () => {
    const ownerId = newOwner();
    const made = await createMany(3, { ownerId });
    const secrets = made.map(({ secret }) => secret);
    const act = (action: string) => run({ action, filter: { ownerId } });

    expect(await act('disable')).toMatchObject({ matched: 3, changed: 3 });
    expect(await codesOf(secrets)).toEqual({ DISABLED: 3 });
    const events = await auditOf(server, () => act('enable'));
    expect(await codesOf(secrets)).toEqual({ VALID: 3 });
    expect(events.map(({ action, after }) => [action, after.status])).toEqual([
      ['key.enabled', 'active'],
      ['key.enabled', 'active'],
      ['key.enabled', 'active'],
    ]);
  });

  test('where revocation is reversible, it disables, and enabling restores', async () => {
    const body = { ...exampleApi('interact'), revocation: 'reversible' };
    await expectStatus(200, server.call('PUT', '/v1/apis/lenient', { body }));
    const ownerId = newOwner();
    const { key } = await createTestKey(server, { apiId: 'lenient', ownerId });
    const filter = { ownerId };

    expect(await run({ action: 'revoke', filter })).toMatchObject({
      data: [{ id: key.id, status: 'inactive' }],
    });
    expect(await run({ action: 'revoke', filter })).toMatchObject({ matched: 1, changed: 0 });
    expect(await run({ action: 'enable', filter })).toMatchObject({
      data: [{ id: key.id, status: 'active' }],
    });
    expect(await get(key.id)).toMatchObject({ revokedAt: null });
  });

  test('a run over what it changes itself reaches every key once', async () => {
    const ownerId = newOwner();
    // More than one page, all of one moment.
    const made = await createMany(260, { ownerId });
    const filter = { ownerId, status: 'active' };
    expect(await run({ action: 'disable', filter })).toMatchObject({ matched: 260, changed: 260 });
    expect(await run({ action: 'disable', filter })).toMatchObject({ matched: 0, changed: 0 });
    expect(await codesOf(made.map(({ secret }) => secret))).toEqual({ DISABLED: 260 });
  });

  test('nothing is never everything', async () => {
    const pointer = '/filter';
    const message = 'must name at least one member: leaving everything out does not mean every key';
    expectFaults(await send({ action: 'revoke', filter: {} }), { pointer, message });
    expectFaults(await send({ action: 'revoke', filter: { metadata: {} } }), { pointer, message });
    expectFaults(await send({ action: 'revoke' }), { pointer, message: 'is required' });
    expectFaults(
      await send({ action: 'revoke', filter: { owner: 'user_1' } }),
      { pointer: '/filter/owner', message: 'is not a field of this request' },
      { pointer, message },
    );
    expectFaults(await send({ action: 'disable', filter: { ownerId: 'x' }, reason: 'Why' }), {
      pointer: '/reason',
      message: 'is kept with a revocation; leave it out for another action',
    });
  });

  test('a bound root key reaches no further than it may', async () => {
    const ownerId = newOwner();
    const own = await createTestKey(server, { ownerId, organizationId: 'globex' });
    const others = [
      await createTestKey(server, { ownerId }),
      await createTestKey(server, {
        ownerId,
        apiId: 'agentsgt',
        organizationId: 'globex',
        kind: 'pair',
        preset: 'full-access',
      }),
    ];
    const bound = async (resources: object) =>
      (await createRootKey(server, { permissions: ['keys:write'], resources })).secret;
    const narrow = await bound({ organization: ['globex'], api: ['interact'] });
    const filter = { ownerId };

    const dry = await run({ action: 'revoke', filter, dryRun: true }, narrow);
    expect(dry.data.map(({ id }: { id: string }) => id)).toEqual([own.key.id]);
    const named = { action: 'revoke', filter: { ...filter, organizationId: 'acme' } };
    expect(await run(named, narrow)).toMatchObject({ matched: 0, changed: 0, failed: [] });
    expect(await run({ action: 'revoke', filter }, narrow)).toMatchObject({
      matched: 1,
      changed: 1,
      data: [{ id: own.key.id, status: 'revoked' }],
    });
    for (const { key } of others) expect((await get(key.id)).status).toBe('active');
  });

  test('root keys are touched only when their API is named, never the presented one, never beyond own rights', async () => {
    const ownerId = newOwner();
    const root = { ownerId, preset: 'verify-only', permissions: undefined };
    const verifier = await createRootKey(server, root);
    const strong = await createRootKey(server, { ...root, preset: 'full-access' });
    const permissions = ['keys:write', 'keys:verify'];
    const presented = await createRootKey(server, { ownerId, permissions });
    const ordinary = await createTestKey(server, { ownerId });

    expect(await run({ action: 'disable', filter: { ownerId } }, presented.secret)).toMatchObject({
      matched: 1,
      data: [{ id: ordinary.key.id }],
      failed: [],
    });
    const filter = { ownerId, apiId: 'claviger' };
    const answer = await run({ action: 'revoke', filter }, presented.secret);
    expect(answer).toMatchObject({ matched: 3, changed: 1, data: [{ id: verifier.key.id }] });
    expect(answer.failed).toEqual([
      {
        id: presented.key.id,
        code: 'STILL_IN_USE',
        message: expect.stringContaining('is the root key you present'),
      },
      {
        id: strong.key.id,
        code: 'BEYOND_OWN_RIGHTS',
        message: expect.stringContaining('which the presented key does not'),
      },
    ]);
    expect((await get(presented.key.id)).status).toBe('active');
    expect((await get(strong.key.id)).status).toBe('active');
  });

  test('it takes the permission to write keys', async () => {
    const { secret } = await createRootKey(server, { permissions: ['keys:read'] });
    const body = { action: 'revoke', filter: { ownerId: 'nobody' }, dryRun: true };
    const answer = await send(body, secret);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toContain('scope="keys:write"');
  });
});
