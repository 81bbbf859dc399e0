import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import { exchange } from './harness/raw-http.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

/** `Idempotency-Key`, as a client meets it. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const BODY = {
  apiId: 'interact',
  organizationId: 'acme',
  name: 'Production scheduler',
  permissions: ['agent_jobs_read'],
};

let made = 0;
/** One that no other test sends. */
const newHeader = (): string => `order ${++made} of the day`;

describe.each(['sqlite', 'postgres'] as const)(
  'on %s, a request that is sent again',
  (database) => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startTestServer({ database });
      await defineApi(server, 'interact');
    });
    afterAll(() => server.stop());

    const post = (
      header: string,
      body: unknown = BODY,
      { path = '/v1/keys', key = server.rootKey } = {},
    ): Promise<Answer> =>
      server.call('POST', path, { key, body, headers: { 'idempotency-key': header } });
    const create = (header: string) => expectStatus(201, post(header));
    const keyCount = async (q: string): Promise<number> => {
      const { body } = await expectStatus(200, server.call('GET', `/v1/keys?q=${q}&limit=200`));
      return body.data.length;
    };

    test.each([
      ['createKey', () => '/v1/keys', BODY],
      ['rotateKey', (id: string) => `/v1/keys/${id}/rotate`, { overlapSeconds: 60 }],
      ['regenerateKey', (id: string) => `/v1/keys/${id}/regenerate`, {}],
      ['replaceKey', (id: string) => `/v1/keys/${id}/replace`, { name: 'The next one' }],
    ])('to %s gets its first answer again and does nothing', async (_, pathOf, body) => {
      const { key } = await createTestKey(server);
      const header = newHeader();
      const path = pathOf(key.id);
      const first = await post(header, body, { path });
      expect(first.status).toBeLessThan(300);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      const before = await server.claviger.storage.audit.eventsAfter(0, 1_000);
      await server.advance(MINUTE_MS);

      const again = await post(header, body, { path });

      expect(again.status).toBe(first.status);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      const effective = { ...first.body.effective, at: nowOf(server) };
      expect(again.body).toEqual({ ...first.body, effective });
      expect(Object.keys(again.body)).toEqual(Object.keys(first.body));
      expect(await server.claviger.storage.audit.eventsAfter(0, 1_000)).toEqual(before);
      expect((await verify(server, again.body.secret)).code).toBe('VALID');
    });

    test('has the same body when only its members stand in another order', async () => {
      const header = newHeader();
      const first = await create(header);
      const turned = Object.fromEntries(Object.entries(BODY).toReversed());

      const again = await expectStatus(201, post(header, turned));
      expect(again.body.secret).toBe(first.body.secret);
    });

    test('with another body, at another address or for another operation is refused', async () => {
      const header = newHeader();
      const { body } = await create(header);
      const { key: other } = await createTestKey(server);

      expectProblem(await post(header, { ...BODY, name: 'Another' }), 'IDEMPOTENCY_KEY_REUSED');
      const rotation = newHeader();
      const path = `/v1/keys/${body.key.id}/rotate`;
      await expectStatus(200, post(rotation, {}, { path }));
      for (const elsewhere of [
        `/v1/keys/${other.id}/rotate`,
        `/v1/keys/${body.key.id}/regenerate`,
      ]) {
        const refused = await post(rotation, {}, { path: elsewhere });
        expectProblem(refused, 'IDEMPOTENCY_KEY_REUSED', { detail: /or a new key for a new one/ });
      }
      expect(await keyCount('Another')).toBe(0);
    });

    test('is refused while the first is still running, and gets its answer then', async () => {
      const header = newHeader();
      const gate = Promise.withResolvers<void>();
      const blocking = server.claviger.storage.committer.commit(async () => {
        await gate.promise;
        return { result: null, events: [], changes: [] };
      });
      const body = { ...BODY, name: 'Only one of these' };

      const both = [post(header, body), post(header, body)];
      const refused = await Promise.race(both);
      expectProblem(refused, 'IDEMPOTENCY_IN_PROGRESS');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expectProblem(await post(header, BODY), 'IDEMPOTENCY_KEY_REUSED');
      gate.resolve();
      await blocking;

      const statuses = (await Promise.all(both)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([201, 409]);
      const again = await expectStatus(201, post(header, body));
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(await keyCount('Only one')).toBe(1);
    });

    test('gets the secret for ten minutes, and then what to do without it', async () => {
      const header = newHeader();
      const { body } = await create(header);
      await server.advance(10 * MINUTE_MS - 1);
      expect((await create(header)).body.secret).toBe(body.secret);
      await server.advance(1);

      const refused = await post(header);
      expectProblem(refused, 'SECRET_NO_LONGER_AVAILABLE', { detail: new RegExp(body.key.id) });
      await server.claviger.idempotency.forgetOld();
      expectProblem(await post(header), 'SECRET_NO_LONGER_AVAILABLE');
      expectProblem(await post(header, {}, {}), 'INVALID_REQUEST');
      await server.advance(DAY_MS - 10 * MINUTE_MS - 1);
      expectProblem(await post(header), 'SECRET_NO_LONGER_AVAILABLE');
    });

    test('is a new request after 24 hours, whether or not the old one was cleaned up', async () => {
      const [kept, deleted] = [newHeader(), newHeader()];
      const [{ body: first }, { body: second }] = [await create(kept), await create(deleted)];
      await server.advance(DAY_MS);

      const again = await create(kept);
      expect(again.headers.get('idempotency-replayed')).toBeNull();
      expect(again.body.key.id).not.toBe(first.key.id);
      expect((await create(kept)).body).toMatchObject({ secret: again.body.secret });
      await server.claviger.idempotency.forgetOld();
      expect((await create(deleted)).body.key.id).not.toBe(second.key.id);
      expect((await create(kept)).body).toMatchObject({ secret: again.body.secret });
    });

    test('gets an answer without a secret for the whole 24 hours', async () => {
      const api = exampleApi('interact');
      const definition = {
        ...api,
        formats: { ...(api['formats'] as object), publishable: { prefix: 'pk', length: 32 } },
        permissions: [{ id: 'widget', name: 'Widget', access: 'read', publishable: true }],
        presets: [],
      };
      await expectStatus(200, server.call('PUT', '/v1/apis/web', { body: definition }));
      const body = {
        ...BODY,
        apiId: 'web',
        kind: 'publishable',
        permissions: ['widget'],
        allowedOrigins: ['app.example.com'],
      };
      const header = newHeader();
      const first = await expectStatus(201, post(header, body));
      await server.advance(DAY_MS - 1);
      await server.claviger.idempotency.forgetOld();

      const again = await expectStatus(201, post(header, body));
      expect(again.body).toMatchObject({ key: first.body.key, publicKey: first.body.publicKey });
      expect(again.body).not.toHaveProperty('secret');
    });

    test('by another root key is another request', async () => {
      const other = await createTestKey(server, {
        apiId: 'claviger',
        organizationId: 'claviger',
        permissions: ['keys:write'],
      });
      const header = newHeader();
      const { body: first } = await create(header);

      const second = await expectStatus(201, post(header, BODY, { key: other.secret }));
      expect(second.headers.get('idempotency-replayed')).toBeNull();
      expect(second.body.key.id).not.toBe(first.key.id);
      expect(second.body.secret).not.toBe(first.secret);
      const stranger = await post(header, BODY, { key: 'clv_nobody' });
      expectProblem(stranger, 'NOT_FOUND');
    });

    test('after a refusal is tried anew', async () => {
      const header = newHeader();
      const organizationId = `customer-${made}`;
      const body = { ...BODY, organizationId };
      expectProblem(await post(header, body), 'ORGANIZATION_NOT_FOUND');
      expectFaults(await post(header, { ...body, nmae: 'x' }), {
        pointer: '/nmae',
        message: 'is not a field of this request',
      });
      const name = { body: { name: 'Customer' } };
      await expectStatus(200, server.call('PUT', `/v1/organizations/${organizationId}`, name));

      const created = await expectStatus(201, post(header, body));
      expect(created.headers.get('idempotency-replayed')).toBeNull();
    });

    test('many times at once makes one key', async () => {
      const header = newHeader();
      const body = { ...BODY, name: 'Impatient client' };
      const statuses = await Promise.all(
        Array.from({ length: 30 }, async () => (await post(header, body)).status),
      );

      expect(new Set(statuses)).toEqual(new Set([201, 409]));
      expect(await keyCount('Impatient')).toBe(1);
    });
  },
);

const nowOf = (server: TestServer): string => new Date(server.clock.now()).toISOString();

describe('the header', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await defineApi(server, 'interact');
  });
  afterAll(() => server.stop());

  const POINTER = '/header/Idempotency-Key';

  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'ordér'],
    ['with a tab', 'a\tb'],
  ])('is refused when it is %s, and not quoted', async (_, header) => {
    const headers = { 'idempotency-key': header };
    const answer = await server.call('POST', '/v1/keys', { body: BODY, headers });

    const message = 'must have 1 to 255 characters of printable ASCII; a random UUID will do';
    expectFaults(answer, { pointer: POINTER, message });
  });

  test('may be as long as 255 characters', async () => {
    const headers = { 'idempotency-key': '~'.repeat(255) };
    await expectStatus(201, server.call('POST', '/v1/keys', { body: BODY, headers }));
  });

  test('is refused when it is there twice', async () => {
    const body = JSON.stringify(BODY);
    const text = await exchange(
      server.url,
      [
        'POST /v1/keys HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${server.rootKey}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        'Idempotency-Key: one',
        'Idempotency-Key: two',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );

    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain(`"pointer":"${POINTER}","message":"is given more than once"`);
  });

  test('is not looked at where nothing is made', async () => {
    const { key } = await createTestKey(server);
    const headers = { 'idempotency-key': '' };
    for (const action of ['disable', 'enable', 'enable']) {
      const answer = await expectStatus(
        200,
        server.call('POST', `/v1/keys/${key.id}/${action}`, { body: {}, headers }),
      );
      expect(answer.headers.get('idempotency-replayed')).toBeNull();
    }
  });

  test('and the secret are in no file of the database, and not in the log', async () => {
    const header = 'a header that nobody else would ever choose';
    const headers = { 'idempotency-key': header };
    const { body } = await expectStatus(
      201,
      server.call('POST', '/v1/keys', { body: BODY, headers }),
    );
    await expectStatus(201, server.call('POST', '/v1/keys', { body: BODY, headers }));

    const files = readdirSync(server.folder).map((name) =>
      readFileSync(join(server.folder, name)).toString('latin1'),
    );
    const texts = [...files, ...server.logLines];
    expect(texts.some((text) => text.includes(body.key.id))).toBe(true);
    const forms = [header, body.secret].flatMap((text: string) => [
      text,
      Buffer.from(text).toString('hex'),
      Buffer.from(text).toString('base64').replace(/=+$/, ''),
    ]);
    expect(forms.filter((form) => texts.some((text) => text.includes(form)))).toEqual([]);
  });
});
