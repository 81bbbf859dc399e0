import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

/** The keys that every filter is tried on, oldest first, a second apart. */
const KEYS = [
  { name: 'alpha export', metadata: { plan: 'pro', seats: 3, trial: true } },
  { name: 'Beta desk', description: 'Half of 100% of it', ownerId: 'user_1' },
  { name: 'beta_desk', environment: 'staging', permissions: ['agent_jobs_trigger'] },
  { name: 'Gamma', preset: 'full-access', ownerId: 'user_1', metadata: { plan: 'free' } },
  { name: 'Ärger', kind: 'pair', preset: 'read-only', metadata: { plan: null, seats: 3.5 } },
  { name: 'delta', organizationId: 'globex', metadata: { plan: 'pro', trial: false } },
] as const;

describe.each(['sqlite', 'postgres'] as const)('listing keys on %s', (database) => {
  let server: TestServer;
  /** When each of `KEYS` was created. */
  const times: number[] = [];
  const keys: Answer['body'][] = [];

  beforeAll(async () => {
    server = await startTestServer({ database });
    for (const id of ['listed', 'walked']) await defineApi(id);
    for (const id of ['acme', 'globex']) {
      const body = { name: id };
      await expectStatus(200, server.call('PUT', `/v1/organizations/${id}`, { body }));
    }
    for (const fields of KEYS) {
      await server.advance(1_000);
      times.push(server.clock.now());
      keys.push(await createTestKey(server, { apiId: 'listed', ...fields }));
    }
  });
  afterAll(() => server.stop());

  const defineApi = (id: string) => {
    const body = {
      ...exampleApi('interact'),
      environments: ['production', 'staging'],
      formats: {
        secret: { prefix: 'int', length: 48 },
        pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 60 } },
      },
      presets: [
        { id: 'full-access', name: 'Full access', grants: 'all' },
        { id: 'read-only', name: 'Read only', grants: 'read' },
      ],
    };
    return expectStatus(200, server.call('PUT', `/v1/apis/${id}`, { body }));
  };
  const iso = (ms: number) => new Date(ms).toISOString();
  const list = async (query: string, key?: string) =>
    (await expectStatus(200, server.call('GET', `/v1/keys?${query}`, key ? { key } : {}))).body;
  const names = async (query: string, key?: string): Promise<string[]> =>
    (await list(`apiId=listed&${query}`, key)).data.map(({ name }: { name: string }) => name);
  const act = (index: number, action: string) =>
    expectStatus(200, server.call('POST', `/v1/keys/${keys[index].key.id}/${action}`));

  test('shows whole keys, newest first, without their secrets', async () => {
    const { data, nextCursor } = await list('apiId=listed');
    expect(data).toEqual(keys.map(({ key }) => key).toReversed());
    expect(nextCursor).toBeNull();
    const text = JSON.stringify(data);
    for (const { secret } of keys) expect(text).not.toContain(secret);
  });

  const filters: [string, string[]][] = [
    ['environment=staging', ['beta_desk']],
    ['environment=production&organizationId=globex', ['delta']],
    ['organizationId=globex', ['delta']],
    ['organizationId=nobody', []],
    ['kind=pair', ['Ärger']],
    ['kind=secret&ownerId=user_1', ['Gamma', 'Beta desk']],
    ['ownerId=user_2', []],
    ['permission=agent_jobs_trigger', ['Gamma', 'beta_desk']],
    ['permission=agent_jobs_read', ['delta', 'Ärger', 'Gamma', 'Beta desk', 'alpha export']],
    ['permission=agent_jobs', []],
    ['resource=customer:cus_1', []],
    ['metadata.plan=pro', ['delta', 'alpha export']],
    ['metadata.plan=pro&metadata.trial=true', ['alpha export']],
    ['metadata.seats=3', ['alpha export']],
    ['metadata.seats=3.5', ['Ärger']],
    ['metadata.seats=03', []],
    ['metadata.trial=false', ['delta']],
    ['metadata.plan=null', []],
    ['metadata.unheard-of=1', []],
    ['metadata.__proto__=1', []],
    ['metadata.%22plan%22=pro', []],
    ['q=BETA', ['beta_desk', 'Beta desk']],
    ['q=beta_', ['beta_desk']],
    ['q=100%25', ['Beta desk']],
    ['q=%25', ['Beta desk']],
    ['q=half%20OF', ['Beta desk']],
    ['q=%C3%84RG', ['Ärger']],
    ['q=%C3%A4rg', []],
    ["q='%20or%201=1%20--", []],
    ['status=active&q=delta', ['delta']],
  ];

  test.each(filters)('%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('finds a key by its id, its public key and its hint', async () => {
    const { key, publicKey } = keys[4];
    for (const text of [key.id, key.id.slice(6).toUpperCase(), publicKey, key.hint.slice(-6)]) {
      expect(await names(`q=${encodeURIComponent(text)}`)).toEqual(['Ärger']);
    }
  });

  test('createdBefore does not include its own moment', async () => {
    expect(await names(`createdBefore=${iso(times[2]!)}`)).toEqual(['Beta desk', 'alpha export']);
    const offset = iso(times[2]! + 3_600_000).replace('Z', '%2B01:00');
    expect(await names(`createdBefore=${offset}`)).toEqual(['Beta desk', 'alpha export']);
  });

  test('at most ten filters on metadata', async () => {
    const query = (count: number) =>
      Array.from({ length: count }, (_, index) => `metadata.m${index}=1`).join('&');
    expect(await names(query(10))).toEqual([]);
    const answer = await server.call('GET', `/v1/keys?${query(11)}`);
    expectFaults(answer, { pointer: '/query', message: 'at most 10 metadata filters' });
  });

  describe('status', () => {
    const statusOf = async () => {
      const found: Record<string, string[]> = {};
      for (const status of ['active', 'inactive', 'expired', 'revoked']) {
        const { data } = await list(`apiId=walked&status=${status}&sort=name&order=asc`);
        found[status] = data.map(({ name }: { name: string }) => name);
        for (const key of data) expect(key.status).toBe(status);
      }
      return found;
    };

    test('is derived from what the key is now, in filters as in keys', async () => {
      const now = server.clock.now();
      const create = (fields: object) => createTestKey(server, { apiId: 'walked', ...fields });
      await create({ name: 'a plain' });
      await create({ name: 'b brief', expiresAt: iso(now + DAY_MS) });
      await create({ name: 'c future', notBefore: iso(now + DAY_MS) });
      const off = await create({ name: 'd off', expiresAt: iso(now + DAY_MS) });
      const dead = await create({ name: 'e dead', expiresAt: iso(now + DAY_MS) });
      await expectStatus(200, server.call('POST', `/v1/keys/${off.key.id}/disable`));
      await expectStatus(200, server.call('POST', `/v1/keys/${dead.key.id}/revoke`));
      expect(await statusOf()).toEqual({
        active: ['a plain', 'b brief'],
        inactive: ['c future', 'd off'],
        expired: [],
        revoked: ['e dead'],
      });
      await server.advance(DAY_MS);
      expect(await statusOf()).toEqual({
        active: ['a plain', 'c future'],
        inactive: ['d off'],
        expired: ['b brief'],
        revoked: ['e dead'],
      });
      const before = async (name: string, ms: number) =>
        (
          await list(`apiId=walked&sort=name&order=asc&${name}=${encodeURIComponent(iso(ms))}`)
        ).data.map((key: { name: string }) => key.name);
      expect(await before('expiresBefore', now + DAY_MS)).toEqual([]);
      expect(await before('expiresBefore', now + DAY_MS + 1)).toEqual([
        'b brief',
        'd off',
        'e dead',
      ]);
    });
  });

  describe('last use', () => {
    test('never used counts as before any moment, and sorts as oldest', async () => {
      const at: number[] = [];
      for (const index of [3, 0]) {
        await server.advance(60_000);
        at.push(server.clock.now());
        const ask = { apiId: 'listed', environment: 'production' };
        expect((await verify(server, keys[index].secret, ask)).code).toBe('VALID');
      }
      await server.claviger.recorder.flush();
      const others = ['delta', 'Ärger', 'beta_desk', 'Beta desk'];
      expect(await names(`lastUsedBefore=${iso(at[0]!)}`)).toEqual(others);
      expect(await names(`lastUsedBefore=${iso(at[1]!)}`)).toEqual([
        'delta',
        'Ärger',
        'Gamma',
        'beta_desk',
        'Beta desk',
      ]);
      expect((await names('sort=lastUsedAt')).slice(0, 2)).toEqual(['alpha export', 'Gamma']);
      expect((await names('sort=lastUsedAt&order=asc')).slice(-2)).toEqual([
        'Gamma',
        'alpha export',
      ]);
    });
  });

  describe('order', () => {
    const byName = ['alpha export', 'Beta desk', 'beta_desk', 'delta', 'Gamma', 'Ärger'];

    test.each([
      ['sort=name&order=asc', byName],
      ['sort=name', byName.toReversed()],
      ['sort=createdAt&order=asc', KEYS.map(({ name }) => name)],
      ['order=desc', KEYS.map(({ name }) => name).toReversed()],
    ])('%s', async (query, expected) => {
      expect(await names(query)).toEqual(expected);
    });

    test('no expiry sorts as last', async () => {
      const patch = (index: number, expiresAt: string | null) =>
        expectStatus(
          200,
          server.call('PATCH', `/v1/keys/${keys[index].key.id}`, { body: { expiresAt } }),
        );
      const now = server.clock.now();
      await patch(2, iso(now + 2 * DAY_MS));
      await patch(5, iso(now + DAY_MS));
      expect((await names('sort=expiresAt&order=asc')).slice(0, 2)).toEqual(['delta', 'beta_desk']);
      expect((await names('sort=expiresAt')).slice(-2)).toEqual(['beta_desk', 'delta']);
      for (const index of [2, 5]) await patch(index, null);
    });
  });

  describe('pages', () => {
    const walk = async (query: string, meanwhile: () => Promise<unknown> = async () => {}) => {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 50; page++) {
        const { data, nextCursor } = await list(`apiId=paged&limit=3${query}${cursor}`);
        expect(data.length).toBeLessThanOrEqual(3);
        seen.push(...data.map(({ id }: { id: string }) => id));
        if (nextCursor === null) return seen;
        cursor = `&cursor=${nextCursor}`;
        await meanwhile();
      }
      throw new Error('the walk has no end');
    };
    const create = async (name = 'Paged key') =>
      (await createTestKey(server, { apiId: 'paged', name })).key.id as string;
    const ids: string[] = [];

    beforeAll(async () => {
      await defineApi('paged');
      // All in the same millisecond: only the id tells them apart.
      for (let n = 0; n < 10; n++) ids.push(await create(`Page ${n % 3}`));
    });

    test.each(['', '&order=asc', '&sort=name', '&sort=lastUsedAt', '&sort=expiresAt&order=asc'])(
      'in the order "%s" hold every key once, ties included',
      async (query) => {
        const seen = await walk(query);
        expect(seen.toSorted()).toEqual(ids.toSorted());
        const { data } = await list(`apiId=paged&limit=200${query}`);
        expect(data.map(({ id }: { id: string }) => id)).toEqual(seen);
      },
    );

    test('newest first hold every key once while others are created', async () => {
      const before = await walk('');
      const added: string[] = [];
      const during = await walk('', async () => {
        await server.advance(1);
        added.push(await create());
      });
      expect(during).toEqual(before);
      expect(new Set(await walk(''))).toEqual(new Set([...before, ...added]));
    });

    test('oldest first go on to those created meanwhile', async () => {
      const before = await walk('&order=asc');
      let added: string | undefined;
      const during = await walk('&order=asc', async () => {
        await server.advance(1);
        added ??= await create();
      });
      expect(during).toEqual([...before, added]);
    });

    test('go on where they were when the key they ended with is deleted', async () => {
      const before = await walk('');
      const { nextCursor } = await list('apiId=paged&limit=3');
      await expectStatus(200, server.call('DELETE', `/v1/keys/${before[2]}`));
      const { data } = await list(`apiId=paged&limit=3&cursor=${nextCursor}`);
      expect(data.map(({ id }: { id: string }) => id)).toEqual(before.slice(3, 6));
    });

    test.each(['', '&order=asc', '&sort=name', '&sort=lastUsedAt', '&sort=expiresAt&order=asc'])(
      'in the order "%s" lead back to each page that was passed',
      async (query) => {
        const passed = [await list(`apiId=paged&limit=3${query}`)];
        for (let next = passed[0].nextCursor; next !== null; next = passed.at(-1).nextCursor) {
          passed.push(await list(`apiId=paged&limit=3${query}&cursor=${next}`));
        }
        expect(passed[0].previousCursor).toBeNull();
        for (let at = passed.length - 1; at > 0; at--) {
          const { previousCursor } = passed[at];
          const before = await list(`apiId=paged&limit=3${query}&cursor=${previousCursor}`);
          expect(before.data).toEqual(passed[at - 1].data);
          // From there, forth again and further back.
          const again = await list(`apiId=paged&limit=3${query}&cursor=${before.nextCursor}`);
          expect(again.data).toEqual(passed[at].data);
          expect(before.previousCursor === null).toBe(at === 1);
        }
      },
    );

    test('lead back to a first page that is full, whatever was deleted', async () => {
      const first = await list('apiId=paged&limit=3');
      const second = await list(`apiId=paged&limit=3&cursor=${first.nextCursor}`);
      await expectStatus(200, server.call('DELETE', `/v1/keys/${first.data[0].id}`));
      const back = await list(`apiId=paged&limit=3&cursor=${second.previousCursor}`);
      expect(back).toEqual(await list('apiId=paged&limit=3'));
      expect(back.data).toHaveLength(3);
    });

    test('a cursor that leads back belongs to its order as well', async () => {
      const { nextCursor } = await list('apiId=paged&limit=3');
      const { previousCursor } = await list(`apiId=paged&limit=3&cursor=${nextCursor}`);
      const other = `/v1/keys?apiId=paged&sort=name&cursor=${previousCursor}`;
      expectProblem(await server.call('GET', other), 'INVALID_REQUEST');
    });

    test('are counted, with the filters of the list', async () => {
      const count = async (query: string) =>
        (await expectStatus(200, server.call('GET', `/v1/keys/count?${query}`))).body;
      const { data } = await list('apiId=paged&limit=200');
      expect(await count('apiId=paged')).toEqual({ count: data.length, isExact: true });
      const named = data.filter(({ name }: { name: string }) => name === 'Page 1').length;
      expect(await count('apiId=paged&q=page%201')).toEqual({ count: named, isExact: true });
      expect(await count('apiId=paged&metadata.plan=pro')).toEqual({ count: 0, isExact: true });
      expectProblem(await server.call('GET', '/v1/keys/count?sort=name'), 'INVALID_REQUEST');
    });

    test('that are just full have no next one', async () => {
      const { data } = await list('apiId=paged&limit=200');
      const exact = await list(`apiId=paged&limit=${data.length}`);
      expect(exact.nextCursor).toBeNull();
      const one = await list(`apiId=paged&limit=${data.length - 1}`);
      const last = await list(`apiId=paged&limit=1&cursor=${one.nextCursor}`);
      expect([last.data.length, last.nextCursor]).toEqual([1, null]);
    });
  });

  test('shows every write at once', async () => {
    await defineApi('fresh');
    const shown = async () => (await list('apiId=fresh')).data[0];
    for (let round = 0; round < 5; round++) {
      const { key } = await createTestKey(server, { apiId: 'fresh', name: `Round ${round}` });
      expect(await shown()).toEqual(key);
      const path = `/v1/keys/${key.id}`;
      for (const [method, action, body] of [
        ['PATCH', '', { name: `Renamed ${round}`, metadata: { round } }],
        ['POST', '/rotate', { overlapSeconds: 60 }],
        ['POST', '/disable', {}],
        ['POST', '/enable', {}],
        ['POST', '/regenerate', {}],
        ['POST', '/revoke', {}],
      ] as const) {
        const answer = await expectStatus(200, server.call(method, path + action, { body }));
        expect(await shown()).toEqual(answer.body.key);
        expect((await server.call('GET', path)).body).toEqual(answer.body.key);
      }
      await expectStatus(200, server.call('DELETE', path));
      expect(await shown()).toBeUndefined();
    }
  });

  test('shows a bound root key its own part, whatever it filters for', async () => {
    const bound = { organization: ['globex'], api: ['listed'] };
    const { key: own, secret } = await createRootKey(server, {
      preset: 'full-access',
      resources: bound,
    });
    for (const query of ['', 'organizationId=globex', 'permission=agent_jobs_read', 'q=delta']) {
      expect(await names(query, secret)).toEqual(['delta']);
    }
    expect(await names('organizationId=acme', secret)).toEqual([]);
    expect((await list('apiId=claviger', secret)).data).toEqual([]);
    // Its own bounds are what the filter by resource finds it by.
    for (const resource of ['organization:globex', 'api:listed']) {
      const { data } = await list(`resource=${resource}`);
      expect(data.map(({ id }: { id: string }) => id)).toEqual([own.id]);
    }
    expect((await list('resource=api:other')).data).toEqual([]);
    expect((await list('resource=organization:glob')).data).toEqual([]);
  });

  test('still finds what was switched off', async () => {
    await act(1, 'disable');
    expect(await names('status=inactive')).toEqual(['Beta desk']);
    await act(1, 'enable');
    expect(await names('status=inactive')).toEqual([]);
  });
});
