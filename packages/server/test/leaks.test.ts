import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import { generateToken } from '../../core/src/tokens/generate-token.ts';
import { auditEvents, expectSoundAudit } from './harness/audit.ts';
import { expectFaults } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { actionsOf, BEHIND_PROXY, report, reported, stranger } from './harness/leaks.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 86_400_000;
const unknownToken = () => generateToken({ prefix: 'int', length: 48 }, 'production');

describe.each(['sqlite', 'postgres'] as const)('leaked keys on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database, env: BEHIND_PROXY });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
  });

  const policy = (onLeak: object, fields: object = {}) =>
    expectStatus(
      200,
      server.call('PUT', '/v1/apis/interact', {
        body: { ...exampleApi('interact'), ...fields, onLeak },
      }),
    );
  const read = async (id: string) => (await server.call('GET', `/v1/keys/${id}`)).body;

  describe('what the API says is done', () => {
    test('notify, the default: the leak goes on record, and the key works on', async () => {
      const { body } = await server.call('GET', '/v1/apis/interact');
      expect(body.onLeak).toEqual({ action: 'notify' });
      const { key, secret } = await createTestKey(server);

      const events = await reported(server, [secret], {
        url: 'https://example.com/paste/42',
        source: 'paste site',
        note: 'Line 3',
      });

      expect(events).toMatchObject([
        {
          action: 'key.leak_reported',
          actor: { type: 'system', id: 'leak-report' },
          target: {
            type: 'key',
            id: key.id,
            apiId: 'interact',
            organizationId: 'acme',
            environment: 'production',
          },
          before: null,
          after: {
            action: 'notify',
            reporter: 'anyone',
            source: 'paste site',
            url: 'https://example.com/paste/42',
            note: 'Line 3',
            secretId: key.secrets[0].id,
            hint: key.hint,
          },
          ip: expect.stringMatching(/^198\.51\./),
          requestId: expect.stringMatching(/\S/),
        },
      ]);
      expect(events[0].after.ip).toBe(events[0].ip);
      expect((await verify(server, secret)).code).toBe('VALID');
      const after = await read(key.id);
      expect({ ...after, lastUsedAt: null, secrets: [] }).toEqual({ ...key, secrets: [] });
    });

    test('revoke: the key is refused when the report has been worked off', async () => {
      await policy({ action: 'revoke' });
      const { key, secret } = await createTestKey(server);
      expect((await verify(server, secret)).code).toBe('VALID');

      const events = await reported(server, [secret], { source: 'paste site' });

      expect(actionsOf(events)).toEqual(['key.leak_reported: revoke', 'key.revoked']);
      expect((await verify(server, secret)).code).toBe('REVOKED');
      expect(await read(key.id)).toMatchObject({
        status: 'revoked',
        revokedReason: 'Leaked: paste site',
      });
    });

    test('revoke where that is reversible: the key is switched off, and can be enabled', async () => {
      await policy({ action: 'revoke' }, { revocation: 'reversible' });
      const { key, secret } = await createTestKey(server);
      await reported(server, [secret]);
      expect(await read(key.id)).toMatchObject({
        status: 'inactive',
        revokedReason: 'Leaked: a report',
      });
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/enable`));
      expect((await verify(server, secret)).code).toBe('VALID');
    });

    test('limit: the key gets a tight limit beside those it has', async () => {
      await policy({ action: 'limit', limit: 2 });
      const own = { name: 'own', limit: 50, windowSeconds: 60 };
      const { key, secret } = await createTestKey(server, { rateLimits: [own] });

      expect(actionsOf(await reported(server, [secret]))).toEqual([
        'key.leak_reported: limit',
        'key.updated',
      ]);

      const leaked = { name: 'leaked', limit: 2, windowSeconds: 60 };
      expect((await read(key.id)).rateLimits).toEqual([own, leaked]);
      const codes = [];
      for (let time = 0; time < 3; time++) codes.push((await verify(server, secret)).code);
      expect(codes).toEqual(['VALID', 'VALID', 'RATE_LIMITED']);
      await server.advance(DAY_MS);
      expect(actionsOf(await reported(server, [secret]))).toEqual(['key.leak_reported: none']);
    });

    test('rotate: the leaked secret ends in time, and the others stay', async () => {
      await policy({ action: 'rotate', overlapSeconds: 600 });
      const { key, secret } = await createTestKey(server);
      const overlap = { overlapSeconds: 86_400 };
      const rotated = (
        await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/rotate`, { body: overlap }))
      ).body;

      expect(actionsOf(await reported(server, [rotated.secret]))).toEqual([
        'key.leak_reported: rotate',
        'key.secret_ending',
      ]);

      const [leaked] = (await read(key.id)).secrets;
      expect(leaked.expiresAt).toBe(new Date(server.clock.now() + 600_000).toISOString());
      await server.advance(599_999);
      expect((await verify(server, rotated.secret)).code).toBe('VALID');
      await server.advance(1);
      expect((await verify(server, rotated.secret)).code).toBe('EXPIRED');
      expect((await verify(server, secret)).code).toBe('VALID');
    });

    test('rotate: the only secret of a key ends too, and the key gets another on demand', async () => {
      await policy({ action: 'rotate', overlapSeconds: 0 });
      const { key, secret } = await createTestKey(server);
      expect(actionsOf(await reported(server, [secret]))).toEqual([
        'key.leak_reported: rotate',
        'key.secret_ended',
      ]);
      expect((await verify(server, secret)).code).toBe('REVOKED');
      expect(await read(key.id)).toMatchObject({ status: 'active', secrets: [] });
      const path = `/v1/keys/${key.id}/rotate`;
      const { body } = await expectStatus(200, server.call('POST', path, { body: {} }));
      expect((await verify(server, body.secret)).code).toBe('VALID');
    });

    test('rotate: an overlap that ends earlier keeps its end', async () => {
      await policy({ action: 'rotate', overlapSeconds: 600 });
      const { key, secret } = await createTestKey(server);
      const body = { overlapSeconds: 300 };
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/rotate`, { body }));
      const before = await read(key.id);
      expect(actionsOf(await reported(server, [secret]))).toEqual(['key.leak_reported: none']);
      expect(await read(key.id)).toEqual(before);
    });

    test('root keys are revoked', async () => {
      const root = await createRootKey(server, { preset: 'read-only' });
      expect(actionsOf(await reported(server, [root.secret]))).toEqual([
        'key.leak_reported: revoke',
        'key.revoked',
      ]);
      const answer = await server.call('GET', '/v1/keys', { key: root.secret });
      expect(answer.body.code).toBe('REVOKED');
    });

    test('a key that is revoked, and a secret that has ended, are put on record and left alone', async () => {
      await policy({ action: 'revoke' });
      const { key, secret } = await createTestKey(server);
      await expectStatus(200, server.call('POST', `/v1/keys/${key.id}/revoke`, { body: {} }));
      const revoked = await read(key.id);
      expect(actionsOf(await reported(server, [secret]))).toEqual(['key.leak_reported: none']);
      expect(await read(key.id)).toEqual(revoked);

      const other = await createTestKey(server);
      const path = `/v1/keys/${other.key.id}/regenerate`;
      const { body } = await expectStatus(200, server.call('POST', path, { body: {} }));
      expect(actionsOf(await reported(server, [other.secret]))).toEqual([
        'key.leak_reported: none',
      ]);
      expect((await verify(server, body.secret)).code).toBe('VALID');
    });

    test('a key that is off or has expired is revoked all the same, since either can be undone', async () => {
      await policy({ action: 'revoke' });
      const off = await createTestKey(server);
      await expectStatus(200, server.call('POST', `/v1/keys/${off.key.id}/disable`));
      const expiresAt = new Date(server.clock.now() + 1_000).toISOString();
      const expired = await createTestKey(server, { expiresAt });
      await server.advance(1_000);
      await reported(server, [off.secret, expired.secret]);
      expect((await read(off.key.id)).status).toBe('revoked');
      expect((await read(expired.key.id)).status).toBe('revoked');
    });
  });

  describe('a report', () => {
    beforeAll(() => policy({ action: 'revoke' }));

    test('of any spelling a key is presented in counts', async () => {
      const pair = await createTestKey(server, {
        apiId: 'agentsgt',
        kind: 'pair',
        preset: 'full-access',
      });
      const both = `${pair.publicKey}:${pair.secret}`;
      const events = await reported(server, [both]);
      expect(events).toMatchObject([{ target: { id: pair.key.id }, after: { action: 'notify' } }]);

      const { key, secret } = await createTestKey(server);
      await reported(server, [`secret-token:${secret}`]);
      expect((await read(key.id)).status).toBe('revoked');
    });

    test('of what is public does nothing', async () => {
      const pair = await createTestKey(server, {
        apiId: 'agentsgt',
        kind: 'pair',
        preset: 'full-access',
      });
      expect(await reported(server, [pair.publicKey])).toEqual([]);
    });

    test('of what is unknown, malformed or mistyped does nothing', async () => {
      const { secret } = await createTestKey(server);
      const mistyped = secret.slice(0, -1) + (secret.endsWith('x') ? 'y' : 'x');
      const nonsense = ['int_', ':', '::', '\u0000', '🔑'.repeat(100), 'a'.repeat(400)];
      expect(await reported(server, [unknownToken(), mistyped, ...nonsense])).toEqual([]);
      expect((await verify(server, secret)).code).toBe('VALID');
    });

    test('of an imported key that has no checksum counts', async () => {
      await policy({ action: 'revoke' }, { legacyFormats: ['^old-[0-9]{8}$'] });
      const value = Buffer.from(
        await crypto.subtle.digest('SHA-256', new TextEncoder().encode('old-12345678')),
      ).toString('hex');
      const entry = {
        apiId: 'interact',
        organizationId: 'acme',
        name: 'Imported scanner',
        permissions: ['agent_jobs_read'],
        hash: { algorithm: 'sha256', encoding: 'hex', value },
      };
      const path = '/v1/keys/import';
      await expectStatus(200, server.call('POST', path, { body: { keys: [entry] } }));
      const url = 'https://example.com/?key=old-12345678';
      const events = await reported(server, ['old-12345678'], { url });
      expect(actionsOf(events)).toEqual(['key.leak_reported: revoke', 'key.revoked']);
      expect(events[0].after.url).toBe('https://example.com/?key=…');
      await policy({ action: 'revoke' });
    });

    test('is acted on once in 24 hours for each secret, however often it comes', async () => {
      await policy({ action: 'notify' });
      const { secret } = await createTestKey(server);
      expect(await reported(server, [secret, secret])).toHaveLength(1);
      for (let time = 0; time < 3; time++) expect(await reported(server, [secret])).toEqual([]);
      await server.advance(DAY_MS - 1);
      expect(await reported(server, [secret])).toEqual([]);
      await server.advance(1);
      expect(await reported(server, [secret])).toHaveLength(1);
      await policy({ action: 'revoke' });
    });

    test('leaves no token in what goes on record', async () => {
      const [one, two] = [await createTestKey(server), await createTestKey(server)];
      const other = unknownToken();
      const events = await reported(server, [one.secret], {
        url: `https://user:pass@example.com/${two.secret}?key=${one.secret}#${other}`,
        source: `found ${other}`,
        note: `${one.secret} and\n${two.secret}`,
      });
      const text = JSON.stringify(events);
      for (const token of [one.secret, two.secret, other]) expect(text).not.toContain(token);
      expect(events[0].after.url).toMatch(/^https:\/\/example\.com\/int_.{4}…/);
      // That another key is named in a note does nothing to it.
      expect((await verify(server, two.secret)).code).toBe('VALID');
    });

    test('does not hide a token in the encoding of its address', async () => {
      const { secret } = await createTestKey(server);
      const hidden = `https://example.com/%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`;
      const [event] = await reported(server, [secret], { url: hidden });
      expect(event.after.url).toBeNull();
    });
  });

  describe('whoever reports', () => {
    const shown = ({ status, headers, text }: Answer) => {
      const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      return { status, headers: kept, text };
    };

    test('learns nothing: the answer to a real token is that to any other, byte by byte', async () => {
      await policy({ action: 'revoke' });
      const { key, secret } = await createTestKey(server);
      const pair = await createTestKey(server, {
        apiId: 'agentsgt',
        kind: 'pair',
        preset: 'full-access',
      });
      const tokens = [secret, secret, pair.publicKey, unknownToken(), 'nonsense'];
      const answers = [];
      for (const token of tokens) answers.push(shown(await report(server, [token])));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      await server.claviger.leaks.work();
      expect((await read(key.id)).status).toBe('revoked');
      expect(shown(await report(server, [secret]))).toEqual(answers[0]);
    });

    test('is told how much more is taken, and when to come back', async () => {
      const headers = stranger();
      const some = Array.from({ length: 100 }, unknownToken);
      const first = await report(server, some, {}, headers);
      expect(first.status).toBe(202);
      expect(first.headers.get('ratelimit-policy')).toBe('"leak-reports";q=120;w=60');
      expect(first.headers.get('ratelimit')).toBe('"leak-reports";r=20;t=60');

      await server.advance(10_000);
      const refused = await report(server, some.slice(0, 21), {}, headers);
      expect(refused.status).toBe(429);
      expect(refused.body.code).toBe('RATE_LIMITED');
      expect(refused.headers.get('retry-after')).toBe('50');
      expect((await report(server, some.slice(0, 20), {}, headers)).status).toBe(202);
      expect((await report(server, ['one'])).status).toBe(202);
      await server.advance(50_000);
      expect((await report(server, some, {}, headers)).status).toBe(202);
    });

    test('is one with the other addresses of an IPv6 network, and limited with everybody else', async () => {
      await server.advance(120_000);
      const some = Array.from({ length: 100 }, unknownToken);
      const from = (address: string) => report(server, some, {}, { 'x-forwarded-for': address });
      expect((await from('2001:db8::1')).status).toBe(202);
      expect((await from('2001:db8::2:3')).status).toBe(429);
      let taken = 1;
      for (let network = 1; network < 20; network++) {
        if ((await from(`2001:db8:0:${network.toString(16)}::1`)).status === 202) taken++;
      }
      expect(taken).toBe(12);
      await server.advance(60_000);
      expect((await from('2001:db8::2:3')).status).toBe(202);
      await server.claviger.leaks.work();
    });

    test('is told what is wrong with the report', async () => {
      expectFaults(await report(server, []), {
        pointer: '/tokens',
        message: 'must not be empty',
      });
      const tooMany = Array.from({ length: 101 }, () => 'x');
      expectFaults(await report(server, tooMany), {
        pointer: '/tokens',
        message: 'must have at most 100 entries',
      });
      for (const url of ['javascript:alert(1)', 'ftp://example.com/x', 'no address']) {
        expectFaults(await report(server, ['x'], { url }), {
          pointer: '/url',
          message: 'must be an http or https address',
        });
      }
    });
  });

  describe('a definition', () => {
    test('fills in what a policy leaves out, and is told what is wrong', async () => {
      const { body } = await policy({ action: 'limit' });
      expect(body.api.onLeak).toEqual({ action: 'limit', limit: 10, windowSeconds: 60 });
      const rotate = await policy({ action: 'rotate' });
      expect(rotate.body.api.onLeak).toEqual({ action: 'rotate', overlapSeconds: 86_400 });
      const put = (onLeak: unknown, fields: object = {}) =>
        server.call('PUT', '/v1/apis/interact', {
          body: { ...exampleApi('interact'), ...fields, onLeak },
        });
      expectFaults(await put({ action: 'delete' }), {
        pointer: '/onLeak/action',
        message: 'must have an "action", one of notify, limit, rotate and revoke',
      });
      expectFaults(await put({ action: 'notify', limit: 3 }), {
        pointer: '/onLeak/limit',
        message: 'is not a field of this request',
      });
      const taken = { name: 'leaked', limit: 100, windowSeconds: 60 };
      expectFaults(await put({ action: 'limit' }, { rateLimits: [taken] }), {
        pointer: '/rateLimits/0/name',
        message: '"leaked" is the limit that "onLeak" puts on a leaked key; choose another name',
      });
    });
  });

  describe('whose tokens these are', () => {
    const identify = (tokens: readonly string[], key = server.rootKey) =>
      server.call('POST', '/v1/leaks/identify', { key, body: { tokens } });

    test('is told in their order, and nothing is counted or done', async () => {
      const { key, secret } = await createTestKey(server);
      const pair = await createTestKey(server, {
        apiId: 'agentsgt',
        kind: 'pair',
        preset: 'full-access',
      });
      const off = await createTestKey(server);
      await expectStatus(200, server.call('POST', `/v1/keys/${off.key.id}/disable`));
      const before = (await auditEvents(server)).length;

      const { body } = await identify([secret, unknownToken(), pair.publicKey, off.secret]);

      expect(body.data).toEqual([
        {
          keyId: key.id,
          secretId: key.secrets[0].id,
          name: key.name,
          apiId: 'interact',
          organizationId: 'acme',
          environment: 'production',
          live: true,
          public: false,
        },
        null,
        expect.objectContaining({ keyId: pair.key.id, live: true, public: true }),
        expect.objectContaining({ keyId: off.key.id, live: false, public: false }),
      ]);
      await server.claviger.recorder.flush();
      expect((await read(key.id)).lastUsedAt).toBeNull();
      expect(await auditEvents(server)).toHaveLength(before);
    });

    test('is not told of keys that the root key cannot see', async () => {
      const { secret } = await createTestKey(server);
      const resources = { organization: ['globex'] };
      const bound = await createRootKey(server, { preset: 'full-access', resources });
      const { body } = await identify([secret], bound.secret);
      expect(body).toEqual({ data: [null] });
    });
  });
});

test('a report is worked off before the server stops, and not again after it has started', async () => {
  const env = {
    CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
    CLAVIGER_PEPPERS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  };
  const first = await startTestServer({ env });
  await defineApi(first, 'interact');
  const { key, secret } = await createTestKey(first);
  await expectStatus(202, report(first, [secret]));
  await first.stop();

  await using second = await startTestServer({ env });
  const leaks = async () =>
    (await auditEvents(second)).filter(({ action }) => action === 'key.leak_reported');
  expect(await leaks()).toMatchObject([{ target: { id: key.id } }]);
  await expectStatus(202, report(second, [secret]));
  await second.claviger.leaks.work();
  expect(await leaks()).toHaveLength(1);
});
