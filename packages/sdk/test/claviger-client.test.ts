import { ClavigerClient, ClavigerError, type AuditEvent, type PutApiInput } from '@claviger/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleApi } from '../../server/test/harness/fixtures.ts';
import { startTestServer, type TestServer } from '../../server/test/harness/test-server.ts';

let server: TestServer;
let client: ClavigerClient;

beforeAll(async () => {
  server = await startTestServer();
  client = new ClavigerClient({ baseUrl: server.url, key: server.rootKey });
  await client.apis.put('interact', exampleApi('interact') as PutApiInput);
  await client.organizations.put('acme', { name: 'Acme' });
});
afterAll(() => server.stop());

const newKey = {
  apiId: 'interact',
  organizationId: 'acme',
  name: 'Production scheduler',
  permissions: ['agent_jobs_read'],
};

const failing = async (promise: PromiseLike<unknown>): Promise<ClavigerError> => {
  const outcome = await Promise.resolve(promise).catch((error: unknown) => error);
  if (outcome instanceof ClavigerError) return outcome;
  throw new Error('it did not fail as expected', { cause: outcome });
};

test('every operation of the API has a method that does it', async () => {
  const { key, secret, effective } = await client.keys.create(newKey);
  expect(effective.everywhere).toBe(true);
  const ask = { token: secret, apiId: 'interact', permissions: ['agent_jobs_read'] };
  expect(await client.verify(ask)).toMatchObject({ valid: true, keyId: key.id });
  expect(
    (await client.verifyBatch([ask, { ...ask, token: 'no' }])).map(({ code }) => code),
  ).toEqual(['VALID', 'NOT_FOUND']);
  expect((await client.keys.get(key.id)).name).toBe('Production scheduler');
  expect((await client.keys.update(key.id, { name: 'Nightly scheduler' })).key.name).toBe(
    'Nightly scheduler',
  );

  const rotated = await client.keys.rotate(key.id, { overlapSeconds: 60 });
  const [, old] = rotated.key.secrets;
  expect((await client.verify({ ...ask, token: rotated.secret })).valid).toBe(true);
  await client.keys.endSecret(key.id, old?.id ?? '');
  expect((await client.verify(ask)).code).toBe('REVOKED');
  const regenerated = await client.keys.regenerate(key.id);
  expect((await client.verify({ ...ask, token: rotated.secret })).code).toBe('REVOKED');

  expect((await client.keys.disable(key.id)).key.status).toBe('inactive');
  expect((await client.keys.enable(key.id)).key.status).toBe('active');
  const holder = new ClavigerClient({ baseUrl: server.url, key: regenerated.secret });
  expect((await holder.me()).id).toBe(key.id);
  expect((await holder.revokeMe({ reason: 'Leaked' })).key.revokedReason).toBe('Leaked');
  expect((await client.keys.revoke(key.id)).key.status).toBe('revoked');
  expect(await client.keys.delete(key.id)).toMatchObject({ id: key.id, deleted: true });

  const { key: vague } = await client.keys.create({ ...newKey, name: 'test' });
  const found = await client.insights.list({ keyId: vague.id, limit: 1 });
  expect(found).toMatchObject({
    data: [{ kind: 'VAGUE_NAME' }],
    observedSince: expect.any(String),
  });

  const counted = await client.usage.query({ keyId: key.id, interval: 'day', groupBy: ['code'] });
  expect(counted.data).toContainEqual(expect.objectContaining({ code: 'VALID', count: 5 }));

  expect((await client.apis.get('interact')).name).toBe('Interact API');
  expect((await client.apis.list()).data.map(({ id }) => id)).toContain('interact');
  await client.organizations.put('other', { name: 'Other' });
  expect(
    (await client.organizations.update('other', { suspended: true })).organization.suspended,
  ).toBe(true);
  expect((await client.organizations.get('other')).suspended).toBe(true);
  expect((await client.organizations.list({ q: 'othe' })).data).toHaveLength(1);
  expect((await client.organizations.delete('other')).deleted).toBe(true);
  await client.apis.put('spare', exampleApi('interact') as PutApiInput);
  expect((await client.apis.delete('spare')).deleted).toBe(true);
});

test('the audit log is listed, read and exported', async () => {
  const { key } = await client.keys.create({ ...newKey, name: 'Audited export' });
  await client.keys.disable(key.id);
  const query = { keyId: key.id, limit: 1 } as const;
  const listed: string[] = [];
  for await (const { action } of client.auditEvents.list(query)) listed.push(action);
  expect(listed).toEqual(['key.disabled', 'key.created']);
  const { data } = await client.auditEvents.list(query);
  expect(await client.auditEvents.get(data[0]!.id)).toEqual(data[0]);

  const exported: AuditEvent[] = [];
  for await (const event of client.auditEvents.export({ keyId: key.id })) exported.push(event);
  expect(exported.map(({ action }) => action)).toEqual(['key.created', 'key.disabled']);
  expect(exported.at(-1)).toEqual(data[0]);
  const chunks: Uint8Array[] = [];
  for await (const bytes of client.auditEvents.exportText('csv', { keyId: key.id }))
    chunks.push(bytes);
  expect(Buffer.concat(chunks).toString().trimEnd().split('\r\n')).toHaveLength(3);

  const refused = client.auditEvents.export({ keyId: key.id, targetType: 'key' });
  expect(await failing(refused.next())).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
  const stopping = new AbortController();
  const stopped = client.auditEvents.export({ signal: stopping.signal });
  await stopped.next();
  stopping.abort();
  const rest = async () => {
    for await (const event of stopped) expect(event.sequence).toBeGreaterThan(0);
  };
  await expect(rest()).rejects.toThrow(/abort/i);
});

test('a list is its first page when awaited, and all its entries when iterated', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `Export job ${index}`);
  for (const name of names) await client.keys.create({ ...newKey, name });
  const query = { q: 'export job', sort: 'name', order: 'asc', limit: 3 } as const;
  const page = await client.keys.list(query);
  expect(page.data.map(({ name }) => name)).toEqual(names.slice(0, 3));
  expect(page.nextCursor).toEqual(expect.any(String));
  const all: string[] = [];
  for await (const { name } of client.keys.list(query)) all.push(name);
  expect(all).toEqual(names);
});

test('a create whose answer was lost on the way makes one key, and its secret arrives', async () => {
  let lost = 0;
  const unlucky = new ClavigerClient({
    baseUrl: server.url,
    key: server.rootKey,
    wait: async () => undefined,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (lost++ < 2) throw new TypeError('fetch failed');
      return response;
    },
  });

  const { key, secret } = await unlucky.keys.create({ ...newKey, name: 'Unlucky export' });

  expect((await client.verify({ token: secret, apiId: 'interact' })).valid).toBe(true);
  const { data } = await client.keys.list({ q: 'unlucky' });
  expect(data.map(({ id }) => id)).toEqual([key.id]);
});

describe('a refusal', () => {
  test('of fields names each, with its code and request id', async () => {
    const error = await failing(client.keys.create({ ...newKey, permissions: ['jobs', 'agents'] }));
    expect(error).toMatchObject({ name: 'ClavigerError', code: 'INVALID_REQUEST', status: 400 });
    expect(error.requestId).toMatch(/^req_[\w-]+$/);
    expect(error.faults.map(({ pointer }) => pointer)).toEqual([
      '/permissions/0',
      '/permissions/1',
    ]);
    expect(error.message).toContain('"jobs" is not in the catalog');
  });

  test('of an unknown id, a missing right or a wrong key has its own code', async () => {
    expect((await failing(client.keys.get('key_unknown'))).code).toBe('KEY_NOT_FOUND');
    expect((await failing(client.apis.get('../organizations'))).code).toBe('API_NOT_FOUND');
    const stranger = new ClavigerClient({ baseUrl: server.url, key: 'clv_wrong' });
    expect(await failing(stranger.apis.list())).toMatchObject({ code: 'NOT_FOUND', status: 401 });
  });

  test('never quotes the key', async () => {
    expect(() => new ClavigerClient({ baseUrl: server.url, key: `${server.rootKey}\n` })).toThrow(
      'key must be one word of ASCII; is there a line break at its end?',
    );
    const unreachable = new ClavigerClient({
      baseUrl: 'http://127.0.0.1:9',
      key: server.rootKey,
      maxRetries: 0,
    });
    const error = await failing(unreachable.me());
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: undefined });
    expect(`${error.message} ${String(error.cause)} ${error.stack}`).not.toContain(server.rootKey);
  });
});

test('reports leaked keys without a key, identifies them with one, and reads the rules', async () => {
  const { key, secret } = await client.keys.create(newKey);
  const stranger = new ClavigerClient({ baseUrl: server.url });
  const report = { tokens: [secret, 'nonsense'], source: 'paste site' };
  expect(await stranger.leaks.report(report)).toEqual({ received: 2 });
  expect((await failing(stranger.leaks.identify([secret]))).code).toBe('CREDENTIAL_MISSING');

  const { data } = await client.leaks.identify([secret, 'nonsense']);
  expect(data).toEqual([expect.objectContaining({ keyId: key.id, live: true }), null]);
  const { rules, file } = await client.leaks.rules({ format: 'gitleaks', apiId: 'interact' });
  expect(rules.map(({ id }) => id)).toEqual(['interact-secret']);
  expect(file?.name).toBe('.gitleaks.toml');
  expect((await client.leaks.rules()).file).toBeNull();
});
