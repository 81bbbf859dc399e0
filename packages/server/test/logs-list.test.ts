import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { recordVerifications, type Recorded } from './harness/recorded-logs.ts';
import { refusal } from './harness/shop.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('the log on %s', (database) => {
  let server: TestServer;
  let recorded: Recorded;

  beforeAll(async () => {
    server = await startTestServer({ database });
    recorded = await recordVerifications(server);
  });
  afterAll(() => server.stop());

  const list = async (query: string, key?: string) =>
    (await expectStatus(200, server.call('GET', `/v1/logs?${query}`, key ? { key } : {}))).body;
  const namesOf = async (query: string, key?: string) =>
    recorded.namesOf((await list(query, key)).data);

  /** Of the verifications that `recordVerifications` made, newest first. */
  const filters = (): [query: string, names: string][] => {
    const { keys, secrets, times } = recorded;
    return [
      ['apiId=shop', 'unknown disabled limited staging mobile refused first'],
      ['apiId=billing', 'billing'],
      [`keyId=${keys.acme}`, 'refused first'],
      [`secretId=${secrets.globex}`, 'disabled mobile'],
      ['organizationId=globex', 'disabled mobile'],
      ['environment=staging', 'staging'],
      ['code=VALID&apiId=shop', 'staging mobile first'],
      ['code=NOT_FOUND,RATE_LIMITED', 'unknown limited'],
      ['status=403', 'refused'],
      ['status=401', 'unknown disabled'],
      ['valid=false', 'unknown disabled limited refused'],
      ['valid=true&organizationId=acme', 'billing staging first'],
      ['permission=items:write', 'refused'],
      ['origin=https://app.example.com', 'mobile'],
      ['ip=203.0.113.7', 'limited first'],
      ['ip=203.0.113.0/24', 'limited refused first'],
      ['ip=2001:DB8:0::1', 'mobile'],
      ['ip=2001:db8::/32', 'mobile'],
      ['userAgent=ACME-BOT', 'refused first'],
      ['method=post', 'first'],
      ['path=/v1/jobs', 'limited refused first'],
      ['path=jobs/7', 'refused'],
      ['path=obs%2F.', ''],
      ['requestId=req-first', 'first'],
      ['requestId=req', ''],
      [`from=${times['staging']}&apiId=shop`, 'unknown disabled limited staging'],
      [`to=${times['staging']}&apiId=shop`, 'mobile refused first'],
      [`from=${times['mobile']}&to=${times['limited']}`, 'staging mobile'],
      ['q=ACME-bot', 'refused first'],
      ['q=v2%2Fcustomers', 'mobile'],
      ['q=REQ-f', 'first'],
      ['q=203.0.113.2', 'refused'],
      ['q=app.example', 'mobile'],
      ['q=globex', 'disabled mobile'],
      [`q=${keys.staging.slice(4, 20)}`, 'staging'],
      [`q=${encodeURIComponent(recorded.unknownHint)}`, 'unknown'],
      ['q=nothing-like-this', ''],
      ['q=.*', ''],
      ['code=VALID&status=429', ''],
    ];
  };

  test('is filtered by everything it says, as soon as it is recorded and when it is written', async () => {
    const expected = filters().map(([query, names]) => ({ query, names }));
    const found = () =>
      Promise.all(filters().map(async ([query]) => ({ query, names: await namesOf(query) })));
    expect(await found()).toEqual(expected);
    await server.claviger.logs.flush();
    expect(await found()).toEqual(expected);
  });

  test('says everything that is known of an entry', async () => {
    const { keys, secrets, ids, times } = recorded;
    const { body } = await expectStatus(200, server.call('GET', `/v1/logs/${ids['first']}`));
    expect(body).toEqual({
      id: ids['first'],
      at: times['first'],
      keyId: keys.acme,
      secretId: secrets.acme,
      organizationId: 'acme',
      apiId: 'shop',
      environment: 'production',
      code: 'VALID',
      status: 200,
      permissions: ['items:read'],
      origin: null,
      ip: '203.0.113.7',
      userAgent: 'acme-bot/1.0',
      method: 'POST',
      path: '/v1/jobs',
      requestId: 'req-first',
      durationMs: expect.any(Number),
      hint: null,
      responseStatus: null,
      responseDurationMs: null,
    });
  });

  test('knows an unknown token by its hint alone', async () => {
    const { ids, unknownHint, unknownToken } = recorded;
    const { body, text } = await expectStatus(
      200,
      server.call('GET', `/v1/logs/${ids['unknown']}`),
    );
    expect(body).toMatchObject({
      keyId: null,
      secretId: null,
      organizationId: null,
      apiId: 'shop',
      environment: 'production',
      code: 'NOT_FOUND',
      hint: unknownHint,
    });
    const all = await server.call('GET', '/v1/logs/export');
    for (const answered of [text, all.text])
      expect(answered).not.toContain(unknownToken.slice(8, -4));
    expect([body.path, body.userAgent, body.origin].join(' ')).toContain('<secret>');
  });

  test('is paged without gaps and repetitions while more comes', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await list(`apiId=shop&limit=2${cursor}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      await recorded.verifyOnce('late');
    } while (cursor !== '');
    expect(recorded.namesOf(seen.map((id) => ({ id })))).toBe(filters()[0]![1]);
    expect(new Set(seen).size).toBe(7);
  });

  test('is all in the pages that an export is made of', async () => {
    const { data } = await list('apiId=shop&limit=200');
    const { text, headers } = await server.call('GET', '/v1/logs/export?apiId=shop');
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(headers.get('content-disposition')).toBe('attachment; filename="exportLogs.ndjson"');
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(data);
  });

  test('is exported as CSV that no spreadsheet runs', async () => {
    await recorded.verifyOnce('csv', {
      request: {
        userAgent: '=HYPERLINK("http://x",1)',
        path: '/a,b',
        method: '+1',
        id: '-2\r\n@3',
      },
    });
    const { text } = await server.call('GET', '/v1/logs/export?format=csv&path=/a,b');
    const [head, ...rows] = text.split(/\r\n(?=log_|$)/);
    expect(head).toBe(
      'id,at,keyId,secretId,organizationId,apiId,environment,code,status,permissions,origin,ip,userAgent,method,path,requestId,durationMs,hint,responseStatus,responseDurationMs',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain(`,"'=HYPERLINK(""http://x"",1)",'+1,"/a,b","'-2\r\n@3",`);
    expect(rows[0]).toContain(',VALID,200,"[""items:read""]",');
    expect(rows[1]).toBe('');
  });

  test('refuses what is no filter, and says why', async () => {
    const { body } = await server.call('GET', '/v1/keys?limit=1');
    const bad = {
      'keyId=key_1': '/query/keyId',
      'code=VALID,NOPE': '/query/code/1',
      'status=500': '/query/status',
      'valid=yes': '/query/valid',
      'ip=300.1.1.1': '/query/ip',
      'ip=10.1.1.1/8': '/query/ip',
      'from=yesterday': '/query/from',
      'from=2026-11-21T09:00:00Z&to=2026-11-21T09:00:00Z': '/query/to',
      'limit=0': '/query/limit',
      'limit=201': '/query/limit',
      'colour=red': '/query/colour',
      'q=': '/query/q',
      'cursor=nonsense': '/query/cursor',
      [`cursor=${body.nextCursor}`]: '/query/cursor',
    };
    for (const [query, pointer] of Object.entries(bad)) {
      const expected = `400 INVALID_REQUEST ${pointer}`;
      expect(await refusal(server.call('GET', `/v1/logs?${query}`)), query).toBe(expected);
    }
    expectFaults(await server.call('GET', '/v1/logs?path=/v1/jobs%3Fpage=2'), {
      pointer: '/query/path',
      message: 'must have no "?" and no "#": query and fragment are not on record',
    });
    expectFaults(await server.call('GET', '/v1/logs?ip=0.0.0.0/0'), {
      pointer: '/query/ip',
      message: 'means every address: leave it out',
    });
    expect(await refusal(server.call('GET', '/v1/logs/export?format=xml'))).toBe(
      '400 INVALID_REQUEST /query/format',
    );
    expect(await refusal(server.call('GET', '/v1/logs/export?ip=x'))).toBe(
      '400 INVALID_REQUEST /query/ip',
    );
  });

  test('has nothing under an id that is no entry', async () => {
    const { ids } = recorded;
    const nearly = [`log_${'0'.repeat(24)}`, `${ids['first']?.slice(0, -2)}zz`, 'log_1', 'exports'];
    for (const id of nearly) {
      expectProblem(await server.call('GET', `/v1/logs/${id}`), 'LOG_NOT_FOUND');
    }
  });

  describe('for a root key that is bound', () => {
    const bound = async (resources: object) =>
      (await createRootKey(server, { permissions: ['logs:read', 'logs:write'], resources })).secret;

    const bounds: [string, Record<string, string[]>, string][] = [
      ['to an organization', { organization: ['acme'] }, 'billing limited staging refused first'],
      ['to an API', { api: ['billing'] }, 'billing'],
      ['to an environment', { environment: ['staging'] }, 'staging'],
      ['to several', { organization: ['globex'], api: ['shop'] }, 'disabled mobile'],
      ['to nothing', { organization: [] }, ''],
    ];

    test.each(bounds)('%s, holds what is its own', async (_, resources, names) => {
      const key = await bound(resources);
      const to = `to=${recorded.times['end']}`;
      expect(await namesOf(to, key)).toBe(names);
      const exported = await server.call('GET', `/v1/logs/export?${to}`, { key });
      const lines = exported.text.split('\n').slice(0, -1);
      expect(recorded.namesOf(lines.map((line) => JSON.parse(line)))).toBe(names);
    });

    test('an API, holds the unknown tokens that were presented to it', async () => {
      const key = await bound({ api: ['shop'] });
      expect(await namesOf('valid=false', key)).toBe('unknown disabled limited refused');
    });

    test('betrays nothing of what is not, by counts, cursors and errors', async () => {
      const key = await bound({ organization: ['globex'] });
      const { keys, ids, times } = recorded;
      const to = `to=${times['end']}`;
      const none = { data: [], nextCursor: null, recording: true };
      expect(await list(`keyId=${keys.acme}`, key)).toEqual(none);
      expect(await list('organizationId=acme', key)).toEqual(none);
      const { nextCursor } = await list(`${to}&limit=1`, key);
      const position = Buffer.from(nextCursor, 'base64url').toString();
      expect(JSON.parse(position)).toEqual([
        'logs',
        Date.parse(times['disabled']!),
        ids['disabled'],
      ]);
      const last = await list(`${to}&limit=1&cursor=${nextCursor}`, key);
      expect(recorded.namesOf(last.data)).toBe('mobile');
      expect(last.nextCursor).toBeNull();
      for (const name of ['first', 'unknown']) {
        const path = `/v1/logs/${ids[name]}`;
        expectProblem(await server.call('GET', path, { key }), 'LOG_NOT_FOUND');
      }
    });

    test('needs the permission', async () => {
      const { secret: key } = await createRootKey(server, { permissions: ['keys:read'] });
      for (const path of ['/v1/logs', '/v1/logs/export', `/v1/logs/${recorded.ids['first']}`]) {
        expectProblem(await server.call('GET', path, { key }), 'INSUFFICIENT_PERMISSIONS');
      }
    });
  });
});
