import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP } from '../../server/test/harness/shop.ts';
import { inTerminal, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
  await server.call('PUT', '/v1/apis/shop', {
    ...SHOP,
    rateLimitMax: { limit: 1_000, windowSeconds: 60 },
  });
});

afterAll(() => server[Symbol.asyncDispose]());

const create = words`keys create --api shop --organization acme --permission items:read --name`;

const LIMITS = [
  { name: 'read', limit: 60, windowSeconds: 60, access: 'read' },
  { name: 'burst', limit: 12, windowSeconds: 5 },
];

describe('keys create', () => {
  test('sets every rule of a key', async () => {
    const { key } = await server.json([
      ...create,
      'Reports',
      ...words`--ip 203.0.113.7,10.0.0.0/8 --ip 2001:db8::/32 --rate-limit read=60/1m:read
        --rate-limit burst=12/5s --credits 1000/month --resource customer:cus_1`,
    ]);
    expect(key).toMatchObject({
      allowedOrigins: [],
      allowedIps: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32'],
      rateLimits: LIMITS,
      credits: { remaining: 1_000, refill: { amount: 1_000, interval: 'month' } },
      resources: { customer: ['cus_1'] },
    });
  });

  test('of a publishable key prints the key, and where it works', async () => {
    const args = words`--kind publishable --origin example.com,*.example.com --origin
      http://localhost:3000`;
    const { code, stdout, stderr } = await server.run([...create, 'Chat on our site', ...args]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^pk_[0-9A-Za-z]{32}\n$/);
    expect(stderr).toContain(
      'It works from example.com, *.example.com, http://localhost:3000 alone, and may be shown again.',
    );
    const file = server.path('chat.key');
    const filed = await server.run([...create, 'Chat', ...args, '--secret-file', file]);
    expect(filed.stderr).toContain(`The key is in ${file}.\n`);
  });

  test('says of each fault which entry of which option it is about', async () => {
    const { code, stderr } = await server.run([
      ...create,
      'Website',
      ...words`--kind pair --origin example.com,https://example.com/x --ip 10.0.0.0/8,10.0.0.300
        --rate-limit a=60/1m --rate-limit b=60/1s --credits 1/day`,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}--origin https:\/\/example\.com\/x must end after the host/m);
    expect(stderr).toMatch(/^ {2}--ip 10\.0\.0\.300 must /m);
    expect(stderr).toContain(
      '  --rate-limit b 60 in 1 s is more than the API allows a key: 1000 in any 60 s\n',
    );
    expect(stderr).not.toContain('--rate-limit a');
    const bare = await server.run([...create, 'Website', '--kind', 'publishable']);
    expect(bare.stderr).toContain('  --origin must name at least one origin');
    const out = await server.run([...create, 'Website', ...words`--rate-limit Read=60/40d`]);
    expect(out.stderr).toMatch(/^ {2}--rate-limit Read must match /m);
  });

  test.each([
    ['--rate-limit', '60/1m', 'Write it as <name>=<limit>/<duration>, such as read=60/1m'],
    ['--rate-limit', 'read=60', 'Write it as <name>=<limit>/<duration>'],
    ['--rate-limit', 'read=many/1m', '"many" is not a whole number. Write it as'],
    ['--rate-limit', 'read=60/1y', '"1y" is not a duration such as 60s, 1m, 1h or 1d.'],
    ['--rate-limit', 'read=60/m', '"m" is not a duration'],
    ['--rate-limit', 'read=60/1m,write=6/1m', '"1m,write=6/1m" is not a duration'],
    ['--rate-limit', 'read=60/1m:all', '"all" is neither read nor write. Write it as'],
    ['--credits', 'many', '"many" is not a whole number. Write an amount, such as 1000'],
    ['--credits', '1.5/day', '"1.5" is not a whole number.'],
    ['--credits', '1000/week', '"week" is neither day nor month. Write an amount'],
    ['--kind', 'public', 'Allowed choices are secret, publishable, pair.'],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, stdout, stderr } = await server.run([...create, 'Refused', option, value]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`option '${option} <`);
    expect(stderr).toContain(message);
  });
});

describe('keys update, replace and show', () => {
  const POLICY = {
    apiId: 'shop',
    kind: 'pair',
    permissions: ['items:read'],
    allowedOrigins: ['example.com'],
    allowedIps: ['10.0.0.0/8'],
    rateLimits: LIMITS,
    credits: { remaining: 12_000, refill: { amount: 50_000, interval: 'day' } },
    resources: { customer: ['cus_1', 'cus_2'], node: [] },
  };

  test('show the rules in words', async () => {
    const { key } = await server.createKey(POLICY);
    const { stdout } = await server.run(words`keys show ${key.id}`);
    expect(stdout).toContain(`
Resources     customer: cus_1, cus_2
              node: none
Origins       example.com
Addresses     10.0.0.0/8
Rate limits   read: 60 per minute, reads only
              burst: 12 per 5 seconds
Credits       12,000 left, 50,000 again each day (UTC)
`);
    await server.run(words`keys update ${key.id} --credits 7`);
    const { stdout: later } = await server.run(words`keys show ${key.id}`);
    expect(later).toMatch(/^Credits {7}7 left, not refilled$/m);
  });

  test('replace each rule as a whole, and empty what is negated', async () => {
    const { key } = await server.createKey(POLICY);
    const changed = await server.json(words`
      keys update ${key.id} --origin *.example.com --ip ::1 --rate-limit read=5/1h:write --credits
      10/day`);
    expect(changed.key).toMatchObject({
      allowedOrigins: ['*.example.com'],
      allowedIps: ['::1'],
      rateLimits: [{ name: 'read', limit: 5, windowSeconds: 3_600, access: 'write' }],
      credits: { remaining: 10, refill: { amount: 10, interval: 'day' } },
    });
    const emptied = await server.json(words`
      keys update ${key.id} --no-origin --no-ip --no-rate-limit --no-credits --no-resource`);
    expect(emptied.key).toMatchObject({
      allowedOrigins: [],
      allowedIps: [],
      rateLimits: [],
      credits: null,
      resources: {},
    });
    const both = await server.json(words`
      keys update ${key.id} --no-ip --ip ::1 --no-rate-limit --rate-limit all=1/1d`);
    expect(both.key).toMatchObject({ allowedIps: ['::1'], rateLimits: [{ name: 'all' }] });
  });

  test('a replacement takes them too, and is told what its credits are', async () => {
    const { key } = await server.createKey(POLICY);
    const untold = await server.run(words`keys replace ${key.id}`);
    expect(untold).toMatchObject({ code: 1, stdout: '' });
    expect(untold.stderr).toMatch(/^ {2}--credits is required: the old key keeps its own/m);
    const without = await server.json(words`keys replace ${key.id} --no-credits`);
    expect(without.key.credits).toBeNull();
    const answer = await server.json(words`keys replace ${key.id} --no-origin --credits 3`);
    expect(answer.key).toMatchObject({
      allowedOrigins: [],
      allowedIps: ['10.0.0.0/8'],
      rateLimits: LIMITS,
      credits: { remaining: 3, refill: null },
    });
  });

  test('on a terminal a long list goes on below itself', async () => {
    const allowedOrigins = Array.from({ length: 12 }, (_, at) => `shop-${at}.example.com`);
    const { key } = await server.createKey({ ...POLICY, allowedOrigins });
    const { screen } = await inTerminal(words`keys show ${key.id}`, {
      ...server.env,
      NO_COLOR: '1',
    });
    expect(screen).toMatch(
      /^Origins {7}shop-0\.example\.com, shop-1\.example\.com, shop-2\.example\.com,\n {14}shop-3/m,
    );
    expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
