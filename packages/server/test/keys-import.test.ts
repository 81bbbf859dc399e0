import { createHash } from 'node:crypto';
import { MAX_IMPORT_ENTRIES } from '@claviger/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import {
  entry,
  hashOf,
  IMPORT_PATH,
  oldToken,
  putInteract,
  sha256,
  startWithLegacy,
  type Encoding,
} from './harness/imports.ts';
import { createRootKey } from './harness/sound-requests.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe.each(['sqlite', 'postgres'] as const)('importing keys, on %s', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startWithLegacy(database);
  });
  afterAll(() => server.stop());

  const importOf = async (...keys: unknown[]) =>
    (await expectStatus(200, server.call('POST', IMPORT_PATH, { body: { keys } }))).body;
  const failureOf = async (fields: object) => {
    const { imported, failed } = await importOf(entry(oldToken(), fields));
    expect(imported).toBe(0);
    return failed[0];
  };

  test.each<Encoding>(['hex', 'base64', 'base64url'])(
    'a key whose hash is written in %s is accepted from then on, and not before',
    async (encoding) => {
      const token = oldToken();
      expect(await verify(server, token)).toMatchObject({ code: 'NOT_FOUND' });
      const answer = await importOf(entry(token, { hash: hashOf(token, encoding) }));
      expect(answer).toMatchObject({
        imported: 1,
        failed: [],
        keys: [{ index: 0, id: expect.stringMatching(/^key_/) }],
        effective: { everywhere: true },
      });
      expect(await verify(server, token, { permissions: ['agent_jobs_read'] })).toMatchObject({
        code: 'VALID',
        keyId: answer.keys[0].id,
        organizationId: 'acme',
      });
      expect(await verify(server, `secret-token:${token}`)).toMatchObject({ code: 'VALID' });
    },
  );

  test('marks of the algorithm before the value, padding and capitals make no difference', async () => {
    const tokens = Array.from({ length: 9 }, oldToken);
    const at = (n: number) => tokens[n] ?? '';
    const written: [Encoding, string][] = [
      ['hex', `sha256:${sha256(at(0))}`],
      ['hex', `0x${sha256(at(1))}`],
      ['hex', sha256(at(2)).toUpperCase()],
      ['hex', `SHA256_HEX:${sha256(at(3))}`],
      ['base64', `{SHA256}${sha256(at(4), 'base64')}`],
      ['base64', sha256(at(5), 'base64').replace('=', '')],
      ['base64', `sha256-${sha256(at(6), 'base64')}`],
      ['base64url', `${sha256(at(7), 'base64url')}=`],
      ['base64url', `sha256_base64url$${sha256(at(8), 'base64url')}`],
    ];
    const entries = written.map(([encoding, value], n) =>
      entry(at(n), { hash: { algorithm: 'SHA-256', encoding, value } }),
    );
    expect(await importOf(...entries)).toMatchObject({ imported: tokens.length, failed: [] });
    for (const token of tokens) expect(await verify(server, token)).toMatchObject({ valid: true });
  });

  test('is what was said of it, and what was not said is as for a key created here', async () => {
    const token = oldToken();
    const createdAt = new Date(server.clock.now() - 86_400_000).toISOString();
    const { keys } = await importOf(
      entry(token, {
        hint: 'legacy-0000…0042',
        createdAt,
        ownerId: 'user_42',
        metadata: { plan: 'pro' },
        credits: { remaining: 5 },
      }),
    );
    const { body } = await server.call('GET', `/v1/keys/${keys[0].id}`);
    expect(body).toMatchObject({
      hint: 'legacy-0000…0042',
      createdAt,
      ownerId: 'user_42',
      environment: 'production',
      status: 'active',
      metadata: { plan: 'pro' },
      credits: { remaining: 5 },
      createdBy: { type: 'rootKey' },
      secrets: [{ hint: 'legacy-0000…0042', createdAt }],
    });
    const events = await server.claviger.storage.audit.eventsAfter(0, 10_000);
    const own = events.filter(({ target }) => target.id === keys[0].id);
    expect(own).toMatchObject([
      { action: 'key.imported', before: null, after: { id: keys[0].id } },
    ]);
    expect(JSON.stringify(own)).not.toContain(sha256(token));
  });

  test('can be rotated, revoked and deleted as any other', async () => {
    const token = oldToken();
    const { keys } = await importOf(entry(token));
    const path = `/v1/keys/${keys[0].id}`;
    const { secret } = (await server.call('POST', `${path}/rotate`, { body: {} })).body;
    expect(await verify(server, token)).toMatchObject({ valid: true });
    expect(await verify(server, secret)).toMatchObject({ valid: true, keyId: keys[0].id });
    await expectStatus(200, server.call('POST', `${path}/revoke`, { body: {} }));
    expect(await verify(server, token)).toMatchObject({ code: 'REVOKED' });
    // Its digest is known still: it does not come to life again by another import.
    expect((await importOf(entry(token))).failed).toMatchObject([{ code: 'ALREADY_KNOWN' }]);
    await expectStatus(200, server.call('DELETE', path));
    expect(await importOf(entry(token))).toMatchObject({ imported: 1 });
    expect(await verify(server, token)).toMatchObject({ valid: true });
  });

  test('an entry that is wrong fails alone, with every fault', async () => {
    const [first, last] = [oldToken(), oldToken()];
    const answer = await importOf(
      entry(first),
      entry(oldToken(), { name: '', permissions: ['no_such'], colour: 'red' }),
      'no object',
      entry(oldToken(), { permissions: ['no_such'], environment: 'moon' }),
      entry(oldToken(), { organizationId: 'nobody' }),
      entry(oldToken(), { apiId: 'nothing' }),
      entry(last),
    );
    expect(answer).toMatchObject({
      imported: 2,
      keys: [{ index: 0 }, { index: 6 }],
      failed: [
        { index: 1, code: 'INVALID_REQUEST', message: expect.stringMatching(/\/name .*\/colour /) },
        { index: 2, code: 'INVALID_REQUEST' },
        {
          index: 3,
          code: 'INVALID_REQUEST',
          message: expect.stringMatching(/\/environment .*\/permissions\/0 /),
        },
        { index: 4, code: 'ORGANIZATION_NOT_FOUND' },
        { index: 5, code: 'API_NOT_FOUND' },
      ],
    });
    for (const token of [first, last]) {
      expect(await verify(server, token)).toMatchObject({ valid: true });
    }
  });

  test('a key that is here already, or came before in the same import, fails', async () => {
    const [token, twice] = [oldToken(), oldToken()];
    await importOf(entry(token));
    const issued = (await createTestKey(server)).secret;
    const answer = await importOf(
      entry(token),
      entry(twice),
      entry(twice, { hash: hashOf(twice, 'base64') }),
      entry(issued, { native: true }),
    );
    expect(answer.imported).toBe(1);
    expect(answer.failed).toMatchObject([
      { index: 0, code: 'ALREADY_KNOWN' },
      { index: 2, code: 'ALREADY_KNOWN' },
      { index: 3, code: 'ALREADY_KNOWN' },
    ]);
  });

  test.each([
    ['bcrypt', { value: '$2b$12$abcdefghijklmnopqrstuv' }, /bcrypt hashes are salted.*Issue new/],
    ['argon2', { value: '$argon2id$v=19$m=65536$abc' }, /argon2id hashes are salted/],
    ['a name of a slow hash', { algorithm: 'scrypt' }, /scrypt hashes are salted/],
    ['a crypt of SHA-256', { value: '$5$rounds=5000$salt$hash' }, /crypt hashes are salted/],
    ['MD5', { algorithm: 'md5', value: '0'.repeat(32) }, /md5 is broken/],
    ['SHA-1', { algorithm: 'SHA-1', value: '0'.repeat(40) }, /sha1 is broken/],
    ['HMAC', { algorithm: 'hmac-sha256' }, /keyed hash depends on a key/],
    ['SHA-512', { algorithm: 'sha512' }, /"algorithm" must be "sha256"/],
    ['another length', { value: '0'.repeat(128) }, /looks like a SHA-512 in hex/],
    ['the wrong encoding', { encoding: 'base64' }, /43 characters.*looks like a SHA-256 in hex/],
    ['damage', { encoding: 'base64', value: `${'A'.repeat(42)}B` }, /is damaged/],
  ])('%s is refused with what to do', async (_, fields, message) => {
    const hash = { ...hashOf(oldToken()), ...fields };
    expect(await failureOf({ hash })).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(message),
    });
  });

  test('a value that is refused is not repeated: it may be the key itself', async () => {
    const secret = oldToken();
    const { message } = await failureOf({ hash: { ...hashOf(secret), value: secret } });
    expect(message).not.toContain(secret);
  });

  test('a hint that is the key is refused', async () => {
    const token = oldToken();
    const { failed } = await importOf(entry(token, { hint: token }));
    expect(failed[0].message).toMatch(/^\/hint must not be a whole key/);
    const opaque = 'sesame open';
    const hidden = await importOf(entry(opaque, { hint: opaque }));
    expect(hidden.failed[0].message).toMatch(/^\/hint must not be a whole key/);
  });

  test('without legacy formats, only keys of another Claviger can be imported', async () => {
    await putInteract(server, { legacyFormats: [] });
    try {
      const { failed } = await importOf(entry(oldToken()));
      expect(failed[0].message).toMatch(/has no "legacyFormats".*"native": true/);
      // Issued here, deleted, and imported again: as from another server.
      const { secret, key } = await createTestKey(server);
      await server.call('DELETE', `/v1/keys/${key.id}`);
      expect(await verify(server, secret)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await importOf(entry(secret, { native: true }))).toMatchObject({ imported: 1 });
      expect(await verify(server, secret)).toMatchObject({ valid: true });
    } finally {
      await putInteract(server, {});
    }
  });

  test('publishable keys and pairs are imported with what is public of them', async () => {
    const [permission, ...others] = exampleApi('interact')['permissions'] as object[];
    await putInteract(server, {
      formats: {
        secret: { prefix: 'int', length: 48 },
        publishable: { prefix: 'pub', length: 32 },
        pair: { public: { prefix: 'pk', length: 32 }, secret: { prefix: 'sk', length: 40 } },
      },
      permissions: [{ ...permission, publishable: true }, ...others],
    });
    const [open, half, secret] = ['old_pk_0123456789', 'old_pk_abcdefghij', oldToken()];
    const site = { allowedOrigins: ['https://example.com'] };
    const publishable = { ...entry(''), ...site, kind: 'publishable', hash: undefined };
    const answer = await importOf(
      { ...publishable, publicKey: open },
      entry(secret, { ...site, kind: 'pair', publicKey: half }),
      { ...publishable, publicKey: open },
      { ...publishable, publicKey: 'not of the format' },
      { ...publishable, publicKey: 'notoftheformat' },
      { ...publishable, hash: hashOf(oldToken()) },
      entry(half, { kind: 'pair', publicKey: half }),
      entry(oldToken(), { publicKey: open }),
    );
    expect(answer.keys).toMatchObject([{ index: 0 }, { index: 1 }]);
    expect(answer.failed).toMatchObject([
      { index: 2, code: 'ALREADY_KNOWN' },
      { index: 3, message: expect.stringContaining('/publicKey must be 8 to 256 characters') },
      { index: 4, message: expect.stringContaining('/publicKey must match one of') },
      { index: 5, message: expect.stringMatching(/\/hash must be left out.*\/publicKey is requ/) },
      { index: 6, message: expect.stringContaining('/hash is the hash of "publicKey"') },
      { index: 7, message: expect.stringContaining('/publicKey must be left out') },
    ]);
    const from = { origin: 'https://example.com' };
    expect(await verify(server, open, from)).toMatchObject({ valid: true, kind: 'publishable' });
    expect(await verify(server, half, from)).toMatchObject({ valid: true, kind: 'pair' });
    expect(await verify(server, `${half}:${secret}`)).toMatchObject({ valid: true, kind: 'pair' });
    expect(await verify(server, secret)).toMatchObject({ valid: false });
  });

  test('the rules of creation hold: expiry from the day of issue, and room in the organization', async () => {
    await expectStatus(200, server.call('PUT', '/v1/organizations/small', { body: { name: 'S' } }));
    const definition = {
      ...exampleApi('interact'),
      legacyFormats: ['^legacy-[0-9a-f]{32}$'],
      expiry: { defaultDays: 30, maxDays: 90 },
      maxKeysPerOrganization: 2,
    };
    await expectStatus(200, server.call('PUT', '/v1/apis/strict', { body: definition }));
    const ago = (days: number) => new Date(server.clock.now() - days * 86_400_000).toISOString();
    const strict = (fields: object) =>
      entry(oldToken(), { apiId: 'strict', organizationId: 'small', ...fields });
    const answer = await importOf(
      strict({ createdAt: ago(10) }),
      strict({ createdAt: ago(40) }),
      strict({ createdAt: ago(40), expiresAt: ago(-60) }),
      strict({ createdAt: ago(40), expiresAt: ago(-50) }),
      strict({ createdAt: ago(-1) }),
      strict({ expiresAt: ago(1) }),
      strict({}),
    );
    expect(answer.keys).toMatchObject([{ index: 0 }, { index: 3 }]);
    expect(answer.failed).toMatchObject([
      { index: 1, message: expect.stringContaining('/expiresAt is required: the API’s default') },
      { index: 2, message: expect.stringContaining('/expiresAt must not be later than') },
      { index: 4, message: expect.stringContaining('/createdAt must not lie in the future') },
      { index: 5, message: expect.stringContaining('/expiresAt must lie in the future') },
      { index: 6, code: 'KEY_LIMIT_REACHED' },
    ]);
    const { body } = await server.call('GET', `/v1/keys/${answer.keys[0].id}`);
    expect(body.expiresAt).toBe(ago(-20));
  });

  test('root keys cannot be imported, and nothing outside of what the root key is bound to', async () => {
    const { secret: key } = await createRootKey(server, {
      permissions: ['keys:write'],
      resources: { organization: ['globex'] },
    });
    const keys = [entry(oldToken()), entry(oldToken(), { apiId: 'claviger' })];
    const { body } = await server.call('POST', IMPORT_PATH, { key, body: { keys } });
    expect(body.failed).toMatchObject([
      { index: 0, code: 'ORGANIZATION_NOT_FOUND' },
      { index: 1, code: 'BUILT_IN', message: expect.stringContaining('cannot be imported') },
    ]);
    const reader = (await createRootKey(server, { permissions: ['keys:read'] })).secret;
    expectProblem(
      await server.call('POST', IMPORT_PATH, { key: reader, body: { keys } }),
      'INSUFFICIENT_PERMISSIONS',
    );
  });

  test('with an Idempotency-Key, a repeat gets the first answer', async () => {
    const keys = Array.from({ length: 130 }, () => entry(oldToken()));
    const headers = { 'idempotency-key': 'import of today' };
    const first = await expectStatus(
      200,
      server.call('POST', IMPORT_PATH, { body: { keys }, headers }),
    );
    const again = await expectStatus(
      200,
      server.call('POST', IMPORT_PATH, { body: { keys }, headers }),
    );
    expect(first.body).toMatchObject({ imported: 130, failed: [] });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect({ ...again.body, effective: null }).toEqual({ ...first.body, effective: null });
  });
});

describe('the bounds of an import', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startWithLegacy('sqlite');
  });
  afterAll(() => server.stop());

  test('a document takes 8 MiB and so many entries', async () => {
    const keys = Array.from({ length: MAX_IMPORT_ENTRIES + 1 }, () => 0);
    expectProblem(await server.call('POST', IMPORT_PATH, { body: { keys } }), 'INVALID_REQUEST');
    expectProblem(
      await server.call('POST', IMPORT_PATH, { body: { keys: [] } }),
      'INVALID_REQUEST',
    );
    const rawBody = ' '.repeat(8 * 1024 * 1024 + 1);
    const headers = { 'content-type': 'application/json' };
    expectProblem(await server.call('POST', IMPORT_PATH, { rawBody, headers }), 'BODY_TOO_LARGE');
    const text = { 'content-type': 'text/plain' };
    expectProblem(
      await server.call('POST', IMPORT_PATH, { rawBody: '{}', headers: text }),
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });
});

describe('under a second pepper', () => {
  test('keys imported under the old one and the new one are accepted, and none twice', async () => {
    const [one, two] = [1, 2].map((n) => Buffer.alloc(32, n).toString('base64'));
    await using both = await startTestServer({ env: { CLAVIGER_PEPPERS: `2:${two},1:${one}` } });
    await defineApi(both, 'interact');
    await putInteract(both, {});
    const [old, young] = [oldToken(), oldToken()];
    const { keys } = (
      await both.call('POST', IMPORT_PATH, { body: { keys: [entry(old), entry(young)] } })
    ).body;
    const older = both.claviger.peppers.digests(
      createHash('sha256').update(old).digest('latin1'),
    )[1];
    const secret = (await both.claviger.storage.keys.getKey(keys[0].id))?.secrets[0];
    if (older === undefined || secret === undefined) throw new Error('there are two peppers');
    // As the server that had only the old pepper stored it.
    await both.claviger.storage.committer.commit(async (tx) => {
      await tx.deleteSecret(secret.id);
      await tx.insertSecret({ ...secret, ...older });
      return { result: null, events: [], changes: [{ scope: 'key', id: keys[0].id }] };
    });
    await both.advance(1);
    const again = (
      await both.call('POST', IMPORT_PATH, { body: { keys: [entry(old), entry(young)] } })
    ).body;
    expect(again.failed).toMatchObject([{ code: 'ALREADY_KNOWN' }, { code: 'ALREADY_KNOWN' }]);
    expect(await verify(both, old)).toMatchObject({ valid: true, keyId: keys[0].id });
    expect(await verify(both, young)).toMatchObject({ valid: true, keyId: keys[1].id });
  });
});
