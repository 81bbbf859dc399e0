import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectStatus } from './harness/fixtures.ts';
import { openShop, refusal, type Shop } from './harness/shop.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Body = Answer['body'];

describe.each(['sqlite', 'postgres'] as const)('insights on %s', (database) => {
  let server: TestServer;
  let shop: Shop;

  beforeEach(async () => {
    server = await startTestServer({ database });
    shop = await openShop(server, 'shop');
  });
  afterEach(() => server.stop());

  const list = async (query: object = {}, key?: string): Promise<Body> => {
    const search = new URLSearchParams({ apiId: 'shop', ...query }).toString();
    const options = key === undefined ? {} : { key };
    return (await expectStatus(200, server.call('GET', `/v1/insights?${search}`, options))).body;
  };
  const findings = async (query: object = {}): Promise<Body[]> => (await list(query)).data;
  const kinds = async (query: object = {}): Promise<string[]> =>
    (await findings(query)).map(({ kind }) => kind);
  const act = async ({ action }: Body): Promise<Body> => {
    const { method, path, body } = action;
    const answer = await server.call(method, path, body === null ? {} : { body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  const days = (count: number) => server.advance(count * DAY_MS);
  /** The only finding, which its own action ends. */
  const expectEndedByItsAction = async (query: object = {}): Promise<Body> => {
    const [finding, ...others] = await findings(query);
    expect(others).toEqual([]);
    await act(finding);
    expect(await findings(query)).toEqual([]);
    return finding;
  };

  test('UNUSED_PERMISSION: what a key holds and never asked for', async () => {
    const permissions = ['items:read', 'items:write', 'chat:send'];
    const { key, secret } = await shop.create({ permissions });
    const { observedSince } = await list();
    await days(31);
    expect(await kinds({ kind: 'UNUSED_PERMISSION' })).toEqual([]); // it is not in use
    await shop.decide(secret, { permissions: ['items:read'] });
    await shop.decide(secret, { permissions: { anyOf: ['items:read', 'chat:send'] } });
    const usedAt = new Date(server.clock.now()).toISOString();
    await shop.decide(secret, { permissions: ['items:delete'] });

    const finding = await expectEndedByItsAction();
    expect(finding).toMatchObject({
      id: `UNUSED_PERMISSION:${key.id}`,
      kind: 'UNUSED_PERMISSION',
      severity: 'medium',
      keyId: key.id,
      organizationId: 'acme',
      environment: 'production',
      title: '"Production website" did not use 1 permission of 3 in 30 days: items:write.',
      action: { command: `claviger keys update ${key.id} --permission items:read,chat:send` },
    });
    expect(finding.evidence).toEqual({
      unused: ['items:write'],
      used: expect.arrayContaining([
        { permission: 'items:read', lastUsedAt: usedAt },
        { permission: 'chat:send', lastUsedAt: usedAt },
      ]),
      preset: null,
      days: 30,
      observedSince,
    });
    expect((await shop.get(key.id)).permissions).toEqual(['items:read', 'chat:send']);
  });

  test('UNUSED_PERMISSION: a preset gives way to what is used of it', async () => {
    const { key, secret } = await shop.create({ preset: 'full-access' });
    await days(8);
    await shop.decide(secret, { permissions: ['items:read'] });
    expect(await kinds()).toEqual([]); // not within 30 days
    const finding = await expectEndedByItsAction({ days: 7 });
    expect(finding.evidence).toMatchObject({
      unused: ['items:write', 'chat:send'],
      preset: 'full-access',
    });
    expect(finding.action.command).toContain('--permission items:read --no-preset');
    expect(await shop.get(key.id)).toMatchObject({ preset: null, permissions: ['items:read'] });
  });

  test('UNUSED_PERMISSION: is not claimed where it could be wrong', async () => {
    const permissions = ['items:read', 'items:write'];
    const asksForNone = await shop.create({ permissions });
    const changed = await shop.create({ permissions });
    const limited = await shop.create({
      permissions,
      rateLimits: [{ name: 'writes', limit: 1, windowSeconds: 60 }],
    });
    await days(31);
    const ask = { permissions: ['items:read'] };
    await shop.decide(asksForNone.secret, ask);
    await shop.decide(asksForNone.secret);
    await shop.decide(changed.secret, ask);
    await expectStatus(
      200,
      shop.patch(changed.key.id, { permissions: [...permissions, 'chat:send'] }),
    );
    await shop.decide(limited.secret, ask);
    expect((await shop.decide(limited.secret, { permissions: ['items:write'] })).code).toBe(
      'RATE_LIMITED',
    );
    await shop.decide((await shop.create({ permissions })).secret, ask);
    expect(await kinds()).toEqual([]);
  });

  test('UNUSED_KEY: not used for so long, or never', async () => {
    const { key, secret } = await shop.create();
    const never = await shop.create({ name: 'Forgotten export' });
    const later = new Date(server.clock.now() + 20 * DAY_MS).toISOString();
    await shop.create({ name: 'Begins later', notBefore: later });
    await shop.decide(secret);
    const lastUsedAt = new Date(server.clock.now()).toISOString();
    await days(30);
    expect(await findings()).toEqual([]);
    await server.advance(1);

    const found = await findings({ kind: 'UNUSED_KEY' });
    expect(found).toMatchObject([
      {
        keyId: never.key.id,
        title: '"Forgotten export" was never used, and is there for longer than 30 days.',
        evidence: { lastUsedAt: null, createdAt: never.key.createdAt, days: 30 },
        action: { command: `claviger keys disable ${never.key.id}` },
      },
      { keyId: key.id, evidence: { lastUsedAt, days: 30 }, since: lastUsedAt },
    ]);
    for (const finding of found) await act(finding);
    expect(await findings()).toEqual([]);
  });

  test('EXPIRING_KEY: is extended where the API lets it live longer', async () => {
    const expiresAt = new Date(server.clock.now() + 20 * DAY_MS).toISOString();
    const { key, secret } = await shop.create({ expiresAt });
    await days(5);
    expect(await kinds()).toEqual([]);
    await server.advance(DAY_MS + MINUTE_MS);
    await shop.decide(secret);
    const finding = await expectEndedByItsAction();
    expect(finding).toMatchObject({
      kind: 'EXPIRING_KEY',
      severity: 'medium',
      title: '"Production website" expires in 13 days.',
      evidence: { expiresAt, daysLeft: 13 },
      action: { method: 'PATCH', path: `/v1/keys/${key.id}` },
    });
  });

  test('EXPIRING_KEY: is replaced where it may not live longer, as early as the API reminds', async () => {
    await shop.define({ expiry: { maxDays: 60, remindDays: [7, 30] } });
    const { key, secret } = await shop.create();
    await days(31);
    expect(await kinds()).toEqual(['UNUSED_KEY']); // nobody misses it when it ends
    await shop.decide(secret);
    const finding = await expectEndedByItsAction({ kind: 'EXPIRING_KEY' });
    expect(finding).toMatchObject({
      evidence: { daysLeft: 29 },
      action: { method: 'POST', command: `claviger keys replace ${key.id} > new.key` },
    });
    await days(27);
    expect(await findings({ keyId: key.id, kind: 'EXPIRING_KEY' })).toEqual([]);
  });

  test('OLD_SECRET_IN_USE: who still uses the secret that a rotation replaced', async () => {
    const { key, secret } = await shop.create();
    await shop.decide(secret, { ip: '198.51.100.9', request: { userAgent: 'old/1.0' } });
    await server.advance(MINUTE_MS);
    const rotated = await expectStatus(
      200,
      server.call('POST', `/v1/keys/${key.id}/rotate`, { body: { overlapSeconds: 86_400 } }),
    );
    await server.advance(MINUTE_MS);
    await shop.decide(rotated.body.secret, { ip: '198.51.100.9' });
    expect(await findings()).toEqual([]);
    await shop.decide(secret, { ip: '203.0.113.7', request: { userAgent: 'curl/8.5.0' } });
    const seenAt = new Date(server.clock.now()).toISOString();

    const finding = await expectEndedByItsAction();
    const [current, old] = rotated.body.key.secrets;
    expect(finding.evidence).toEqual({
      secretId: old.id,
      hint: old.hint,
      replacedAt: current.createdAt,
      lastUsedAt: seenAt,
      endsAt: old.expiresAt,
      callers: [
        {
          network: '203.0.113.0/24',
          userAgent: 'curl/8.5.0',
          firstSeenAt: seenAt,
          lastSeenAt: seenAt,
          count: 1,
        },
      ],
    });
    expect(await shop.outcome(secret)).toBe('401 REVOKED');
    expect(await shop.outcome(rotated.body.secret)).toBe('200 VALID');
  });

  test('VAGUE_NAME: a name that says nothing', async () => {
    const { key } = await shop.create({ name: 'test key 2' });
    const finding = await expectEndedByItsAction();
    expect(finding).toMatchObject({ kind: 'VAGUE_NAME', severity: 'low', keyId: key.id });
    expect(finding.evidence).toMatchObject({ name: 'test key 2' });
    expect((await shop.get(key.id)).name).toBe('acme in production, since 2026-11-21');
  });

  test('NEW_NETWORK: a key that suddenly comes from somewhere else', async () => {
    const { key, secret } = await shop.create();
    const from = (ip: string) => shop.decide(secret, { ip, request: { userAgent: 'curl/8.5.0' } });
    await from('198.51.100.9');
    await days(5);
    await from('2001:db8:1:2::9');
    expect(await findings()).toEqual([]);
    await days(3);
    await from('198.51.100.200'); // the same network
    await from('2001:db8:1:3::9');
    expect(await findings()).toEqual([]);
    await from('203.0.113.7');
    const seenAt = new Date(server.clock.now()).toISOString();

    const [finding] = await findings();
    expect(finding).toMatchObject({ kind: 'NEW_NETWORK', severity: 'high', since: seenAt });
    expect(finding.evidence.networks).toEqual([
      {
        network: '203.0.113.0/24',
        userAgent: 'curl/8.5.0',
        firstSeenAt: seenAt,
        lastSeenAt: seenAt,
        count: 1,
      },
    ]);
    expect(finding.evidence.knownNetworks).toEqual(['198.51.100.0/24', '2001:db8:1::/48']);
    expect(finding.action.command).toBe(
      `claviger keys update ${key.id} --ip 198.51.100.0/24,2001:db8:1::/48`,
    );
    await expectEndedByItsAction();
    expect((await from('203.0.113.7')).code).toBe('IP_NOT_ALLOWED');
    expect((await from('198.51.100.9')).code).toBe('VALID');
  });

  test('NEW_NETWORK: is none any more after a week, and none for a key that is used from everywhere', async () => {
    const { secret } = await shop.create();
    const wanderer = await shop.create({ name: 'Field laptops' });
    for (let n = 0; n <= 20; n++) await shop.decide(wanderer.secret, { ip: `10.0.${n}.1` });
    await shop.decide(secret, { ip: '198.51.100.9' });
    await days(8);
    await shop.decide(secret, { ip: '203.0.113.7' });
    await shop.decide(wanderer.secret, { ip: '203.0.113.7' });
    expect(await kinds()).toEqual(['NEW_NETWORK']);
    expect(await kinds({ days: 1 })).toEqual(['NEW_NETWORK']);
    await server.advance(DAY_MS);
    expect(await kinds({ days: 1, kind: 'NEW_NETWORK' })).toEqual([]);
    await days(6);
    expect(await kinds()).toEqual([]);
  });

  test('SECRET_IN_BROWSER: a secret that a web page sends', async () => {
    const origin = 'https://shop.example.com';
    const { key, secret } = await shop.create();
    const pair = await shop.create({ kind: 'pair', name: 'Chat', allowedOrigins: ['example.com'] });
    const page = { kind: 'publishable', name: 'Page', allowedOrigins: ['shop.example.com'] };
    const { publicKey } = await shop.create(page);
    await shop.decide(publicKey, { origin });
    await shop.decide(pair.publicKey, { origin: 'https://example.com' });
    expect(await findings()).toEqual([]);
    await server.advance(MINUTE_MS);
    await shop.decide(secret, { origin });
    const seenAt = new Date(server.clock.now()).toISOString();
    await server.advance(MINUTE_MS);

    const finding = await expectEndedByItsAction();
    expect(finding).toMatchObject({
      kind: 'SECRET_IN_BROWSER',
      severity: 'high',
      keyId: key.id,
      evidence: {
        kind: 'secret',
        origins: [{ origin, firstSeenAt: seenAt, lastSeenAt: seenAt, count: 1 }],
      },
      action: { command: `claviger keys rotate ${key.id} --overlap 24h > new.key` },
    });
    expect(finding.action.summary).toContain('publishable key');
    // The page still sends it: the old secret while it lives.
    await server.advance(MINUTE_MS);
    await shop.decide(secret, { origin });
    expect(await kinds()).toEqual(['SECRET_IN_BROWSER', 'OLD_SECRET_IN_USE']);
    await shop.decide(`${pair.publicKey}:${pair.secret}`, { origin: 'https://example.com' });
    const found = await findings({ keyId: pair.key.id });
    expect(found).toMatchObject([{ kind: 'SECRET_IN_BROWSER', evidence: { kind: 'pair' } }]);
  });

  test('PROBING: an address that tries tokens nobody issued, for who may see all of them', async () => {
    const probe = (ip: string, n: number) =>
      shop.decide(`sk_${String(n).padStart(48, '0')}`, { ip });
    for (let n = 0; n < 19; n++) await probe('203.0.113.7', n);
    for (let n = 0; n < 12; n++) await probe('2001:db8:1:2::1', n);
    expect(await findings()).toEqual([]);
    await probe('203.0.113.7', 19);
    for (let n = 0; n < 13; n++) await probe('2001:db8:1:2:ffff::1', n);
    const lastSeenAt = new Date(server.clock.now()).toISOString();

    const found = await findings();
    const hour = '2026-11-21T09:00:00.000Z';
    expect(found).toMatchObject([
      { id: 'PROBING:shop:2001:db8:1:2::/64', evidence: { attempts: 25 } },
      {
        id: 'PROBING:shop:203.0.113.7',
        keyId: null,
        apiId: 'shop',
        organizationId: null,
        evidence: {
          address: '203.0.113.7',
          attempts: 20,
          busiestHour: { start: hour, attempts: 20 },
          lastSeenAt,
          lastHint: 'sk_0000…0019',
        },
        action: { method: null, command: null },
        since: hour,
      },
    ]);
    const bound = async (resources: object) =>
      (await createRootKey(server, { permissions: ['logs:read'], resources })).secret;
    expect((await list({}, await bound({ api: ['shop'] }))).data).toHaveLength(2);
    for (const resources of [{ organization: ['acme'] }, { environment: ['production'] }]) {
      expect((await list({}, await bound(resources))).data).toEqual([]);
    }
    expect((await list({ apiId: 'claviger' }, await bound({ api: ['shop'] }))).data).toEqual([]);
    await server.advance(25 * 3_600_000);
    expect(await findings()).toEqual([]); // it was blocked
  });

  test('a bound root key sees the findings of its own keys only', async () => {
    await shop.create({ name: 'key 1' });
    const { key } = await shop.create({ name: 'key 2', organizationId: 'globex' });
    const resources = { organization: ['globex'] };
    const bound = await createRootKey(server, { permissions: ['logs:read'], resources });
    const seen = (await list({}, bound.secret)).data;
    expect(seen.map(({ keyId }: Body) => keyId)).toEqual([key.id]);
    expect((await list({ organizationId: 'acme' }, bound.secret)).data).toEqual([]);
    expect(await kinds()).toHaveLength(2);
    expect(await kinds({ organizationId: 'acme', kind: 'VAGUE_NAME' })).toHaveLength(1);
    expect(await kinds({ keyId: key.id, environment: 'production' })).toEqual(['VAGUE_NAME']);
    expect(await kinds({ keyId: key.id, organizationId: 'acme' })).toEqual([]);
    expect(await kinds({ kind: 'UNUSED_KEY' })).toEqual([]);
    const other = await createRootKey(server, { permissions: ['keys:read'] });
    const answer = await server.call('GET', '/v1/insights', { key: other.secret });
    expect(answer.status).toBe(403);
  });

  test('root keys are keys: what one does not use is found, too', async () => {
    const permissions = ['keys:read', 'keys:write', 'audit:read'];
    const { key, secret } = await createRootKey(server, { permissions });
    await days(31);
    await expectStatus(200, server.call('GET', '/v1/keys', { key: secret }));
    const [finding] = await findings({ apiId: 'claviger', keyId: key.id });
    expect(finding).toMatchObject({
      kind: 'UNUSED_PERMISSION',
      evidence: { unused: ['keys:write', 'audit:read'] },
    });
    await act(finding);
    expect(await findings({ apiId: 'claviger', keyId: key.id })).toEqual([]);
    expect((await server.call('POST', '/v1/keys', { key: secret, body: {} })).status).toBe(403);
  });

  test('a root key that verifies is not told to do without, nor locked out', async () => {
    const verifier = await createRootKey(server, { permissions: ['keys:verify', 'keys:read'] });
    const { secret: token } = await shop.create();
    const verify = () =>
      server.call('POST', '/v1/keys/verify', {
        key: verifier.secret,
        body: { token, apiId: 'shop' },
      });
    await expectStatus(200, verify());
    await days(31);
    await expectStatus(200, verify());
    const query = { apiId: 'claviger', keyId: verifier.key.id };
    const finding = await expectEndedByItsAction(query);
    expect(finding).toMatchObject({
      kind: 'UNUSED_PERMISSION',
      evidence: { unused: ['keys:read'] },
    });
    await expectStatus(200, verify());

    const seen = { keyId: verifier.key.id, secretId: verifier.key.secrets[0].id, count: 1 };
    const at = server.clock.now();
    const office = { network: '198.51.100.0/24', firstSeenAt: at - 9 * DAY_MS, userAgent: null };
    const fresh = { ...office, network: '203.0.113.0/24', firstSeenAt: at };
    const networks = [office, fresh].map((network) => ({ ...network, ...seen, lastSeenAt: at }));
    await server.claviger.storage.insights.record({
      permissions: [],
      networks,
      origins: [],
      probes: [],
    });
    expect(await kinds(query)).toEqual([]);
  });

  test('pages hold every finding once, whatever their size', async () => {
    await shop.define({ expiry: { remindDays: [30] } });
    const expiresAt = new Date(server.clock.now() + 20 * DAY_MS).toISOString();
    for (let n = 0; n < 4; n++) {
      const { secret } = await shop.create({ name: `key ${n}`, expiresAt });
      await shop.decide(secret, { origin: 'https://shop.example.com' });
      if (n === 1) await shop.create();
    }
    for (let n = 0; n < 20; n++) await shop.decide(`sk_${n}`, { ip: '203.0.113.7' });
    const all = (await findings()).map(({ id }) => id);
    expect(all).toHaveLength(13);
    for (const limit of [1, 2, 3, 5, 13]) {
      const ids: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Body = await list({ limit, ...(cursor !== '' && { cursor }) });
        expect(page.data.length).toBeLessThanOrEqual(limit);
        ids.push(...page.data.map(({ id }: Body) => id));
        cursor = page.nextCursor;
      }
      expect(ids).toEqual(all);
    }
    const wrong = server.call('GET', '/v1/insights?cursor=abc&days=0');
    expect(await refusal(wrong)).toBe('400 INVALID_REQUEST /query/days');
    expect(await refusal(server.call('GET', '/v1/insights?cursor=abc'))).toBe(
      '400 INVALID_REQUEST /query/cursor',
    );
  });

  test('what was seen of a key goes with it', async () => {
    const { key, secret } = await shop.create();
    await shop.decide(secret, { origin: 'https://shop.example.com', ip: '203.0.113.7' });
    expect(await kinds()).toEqual(['SECRET_IN_BROWSER']);
    await expectStatus(200, server.call('DELETE', `/v1/keys/${key.id}`));
    expect(await findings()).toEqual([]);
    const evidence = await server.claviger.storage.insights.evidenceOf([key.id]);
    expect(evidence).toEqual({ permissions: [], networks: [], origins: [], replaced: [] });
  });
});

test('without request logs, nothing is said about what only they could tell', async () => {
  await using server = await startTestServer({ env: { CLAVIGER_REQUEST_LOGS: 'off' } });
  const shop = await openShop(server, 'shop');
  const { secret } = await shop.create({ permissions: ['items:read', 'items:write'] });
  await shop.create({ name: 'Forgotten export' });
  await server.advance(31 * DAY_MS);
  const ask = { permissions: ['items:read'], origin: 'https://shop.example.com' };
  await shop.decide(secret, ask);
  const { body } = await server.call('GET', '/v1/insights?apiId=shop');
  expect(body.observedSince).toBeNull();
  expect(body.data.map(({ kind }: Body) => kind)).toEqual(['UNUSED_KEY']);
});
