import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHOP } from '../../server/test/harness/shop.ts';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
  const rateLimits = [{ name: 'all', limit: 5, windowSeconds: 3_600 }];
  await server.call('PUT', '/v1/apis/shop', { ...SHOP, rateLimits });
});

afterAll(() => server[Symbol.asyncDispose]());

const verify = (more: readonly string[], token: string) =>
  server.run([...words`verify --api shop`, ...more], token);

test('shows what is left of limits and credits, and refused, when to come back', async () => {
  const { secret } = await server.createKey({
    apiId: 'shop',
    permissions: ['items:read'],
    credits: { remaining: 12_000 },
  });
  const looked = await verify(words`--cost 0`, secret);
  expect(looked.code, looked.stderr).toBe(0);
  expect(looked.stdout).toMatch(/^Rate limits {3}all: 5 of 5 per hour left\n/m);
  expect(looked.stdout).toMatch(/^Credits {7}12,000 left$/m);
  const spent = await verify(words`--cost 5`, secret);
  expect(spent.stdout).toMatch(/^Rate limits {3}all: 0 of 5 per hour left, more in \d+ \w+/m);
  expect(spent.stdout).toMatch(/^Credits {7}11,995 left$/m);
  const refused = await verify([], secret);
  expect(refused.code).toBe(4);
  expect(refused.stdout).toMatch(/^Decision {6}RATE_LIMITED, answer 429$/m);
  expect(refused.stdout).toMatch(/^Retry after {3}(?:1 hour|\d+ minutes)/m);
  expect(refused.stdout).toMatch(/^Rate limits {3}all: 0 of 5 per hour left, more in /m);
});

test('asks with an origin, an address and resources', async () => {
  const { secret, publicKey } = await server.createKey({
    apiId: 'shop',
    kind: 'pair',
    permissions: ['items:read'],
    allowedOrigins: ['example.com'],
    allowedIps: ['203.0.113.0/24'],
    resources: { customer: ['cus_1', 'cus_2'] },
  });
  const ask = words`--ip 203.0.113.7 --resource customer:cus_1`;
  const page = await verify([...ask, '--origin', 'https://example.com'], publicKey);
  expect(page.code, page.stderr).toBe(0);
  expect(page.stdout).toMatch(/^Resources {5}customer: cus_1, cus_2$/m);
  const elsewhere = await verify([...ask, '--origin', 'https://example.org'], publicKey);
  expect(elsewhere.stdout).toMatch(/^Decision {6}ORIGIN_NOT_ALLOWED, answer 403$/m);

  const pair = `${publicKey}:${secret}`;
  const outcome = async (more: string[]) => (await verify(more, pair)).stdout.split('\n')[0];
  expect(await outcome(words`--ip 198.51.100.7 --no-resource`)).toMatch(/IP_NOT_ALLOWED/);
  expect(await outcome(words`--ip 203.0.113.7 --resource customer:cus_3`)).toMatch(/RESOURCE_NOT/);
  expect(await outcome(words`--ip 203.0.113.7`)).toMatch(/RESOURCE_NOT_ALLOWED/);
  expect(await outcome(words`--ip 203.0.113.7 --no-resource`)).toBe('Decision      VALID');
});

test('says which of its options is wrong', async () => {
  const wrong = await verify(words`--cost many`, 'sk_x');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("option '--cost <") });
  const refused = await verify(words`--cost 2000000 --ip 10.0.0.0/8`, 'sk_x');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^ {2}--cost /m);
  expect(refused.stderr).toMatch(/^ {2}--ip /m);
});
