import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestKey, defineApi, exampleApi, expectStatus } from './harness/fixtures.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await defineApi(server, 'interact');
});
afterAll(() => server.stop());

test('a parameter named like something every object has is not a parameter', async () => {
  for (const name of ['toString', 'constructor']) {
    const { status, body } = await server.call('GET', `/v1/keys?${name}=1`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { pointer: `/query/${name}`, message: 'is not a parameter of this list' },
    ]);
  }
});

test('a time whose offset carries it past the year 9999 is refused', async () => {
  const { key } = await createTestKey(server);
  const patch = (expiresAt: string) =>
    server.call('PATCH', `/v1/keys/${key.id}`, { body: { expiresAt } });
  expect((await patch('9999-12-31T23:59:59-23:59')).body.errors).toEqual([
    { pointer: '/expiresAt', message: 'must lie before the year 10000, in UTC' },
  ]);
  expect((await patch('9999-12-31T23:59:59.999Z')).body.key.expiresAt).toBe(
    '9999-12-31T23:59:59.999Z',
  );
});

test('a maximum of keys is not got round by giving an expired one a new life', async () => {
  const definition = { ...exampleApi('interact'), maxKeysPerOrganization: 1 };
  await expectStatus(200, server.call('PUT', '/v1/apis/single', { body: definition }));
  const inAnHour = new Date(server.clock.now() + 3_600_000).toISOString();
  const { key } = await createTestKey(server, { apiId: 'single', expiresAt: inAnHour });
  await server.advance(3_600_000);
  const second = await createTestKey(server, { apiId: 'single' });
  const extend = () =>
    server.call('PATCH', `/v1/keys/${key.id}`, { body: { expiresAt: '2030-01-01T00:00:00.000Z' } });
  expect((await extend()).body).toMatchObject({ status: 409, code: 'KEY_LIMIT_REACHED' });
  await expectStatus(200, server.call('POST', `/v1/keys/${second.key.id}/revoke`));
  expect((await extend()).body.key.status).toBe('active');
});

test('who am I? asks the database about no token that cannot exist', async () => {
  const { directory } = server.claviger;
  const before = directory.misses;
  for (const token of ['int_mistyped', 'x', `int_${'a'.repeat(48)}`, '🔑']) {
    const { status } = await server.call('GET', '/v1/me', {
      key: null,
      headers: { 'x-api-key': encodeURI(token) },
    });
    expect(status).toBe(401);
  }
  expect(directory.misses).toBe(before);

  const legacy = { ...exampleApi('interact'), legacyFormats: ['^old-[0-9a-f]{8}$'] };
  await expectStatus(200, server.call('PUT', '/v1/apis/legacy', { body: legacy }));
  await server.call('GET', '/v1/me', { key: 'old-0123abcd' });
  expect(directory.misses).toBe(before + 1);
  await server.call('GET', '/v1/me', { key: 'new-0123abcd' });
  expect(directory.misses).toBe(before + 1);
});
