import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  oneof,
  string,
  tuple,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasValidChecksum } from '../../core/src/tokens/checksum.ts';
import { generateToken } from '../../core/src/tokens/generate-token.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import {
  createTestKey,
  defineApi,
  exampleApi,
  expectStatus,
  LOGGED,
  verify,
} from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const NOT_FOUND = {
  valid: false,
  code: 'NOT_FOUND',
  status: 401,
  message: expect.any(String),
  ...LOGGED,
};

let server: TestServer;
let key: Answer['body'];

beforeAll(async () => {
  server = await startTestServer();
  await defineApi(server, 'interact');
  await defineApi(server, 'agentsgt');
  key = await createTestKey(server);
  await verify(server, key.secret);
});
afterAll(() => server.stop());

/** What is decided about the token, and how many look-ups that took. */
async function decide(token: string, ask: Record<string, unknown> = {}) {
  const before = server.claviger.directory.misses;
  const decision = await verify(server, token, ask);
  return { decision, lookUps: server.claviger.directory.misses - before };
}

const codeUnits = (maxLength: number) =>
  array(integer({ min: 0, max: 0xffff }), { maxLength }).map((units) =>
    String.fromCharCode(...units),
  );
const bytes = array(integer({ min: 0, max: 0xff }), { maxLength: 300 }).map((units) =>
  String.fromCharCode(...units),
);

describe('any text as a token', () => {
  const anyText = oneof(
    codeUnits(100),
    bytes,
    string({ unit: 'grapheme', maxLength: 200 }),
    tuple(constantFrom('int_', 'pk_', 'sk_', 'clv_', ':', 'secret-token:'), codeUnits(60)).map(
      (parts) => parts.join(''),
    ),
    string({ unit: constantFrom(...'0123456789ABCDEFGHIJabcdefghij_:'), maxLength: 140 }),
  );

  test('is a decision, and a wrong checksum costs no look-up', async () => {
    await assert(
      asyncProperty(anyText, async (token) => {
        const { decision, lookUps } = await decide(token);
        expect(decision).toEqual(NOT_FOUND);
        expect(lookUps).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    ['nothing', ''],
    ['NUL', '\u0000'],
    ['a key with NUL at its end', 'int_\u0000'],
    ['half a surrogate pair', '\ud800'],
    ['the other half', '\udfff'],
    ['emoji', '🦊'.repeat(2_048)],
    ['4,096 letters', 'a'.repeat(4_096)],
    ['4,096 colons', ':'.repeat(4_096)],
    ['4,096 NULs', '\u0000'.repeat(4_096)],
    ['4,096 halves of pairs', '\ud800'.repeat(4_096)],
    ['right-to-left text', '\u202eint_drowssap'],
    ['a path', '../../etc/passwd'],
    ['SQL', "' OR '1'='1"],
    ['a prototype', '__proto__'],
    ['a constructor', 'constructor'],
  ])('%s is unknown', async (_, token) => {
    expect(await decide(token)).toEqual({ decision: NOT_FOUND, lookUps: 0 });
    // Nor does anything fall over when it comes in a header, as far as it can.
    if (!/^[\x21-\x7e]+$/.test(token)) return;
    for (const path of ['/v1/me', '/v1/keys']) {
      expectProblem(await server.call('GET', path, { key: token }), 'NOT_FOUND');
    }
  });

  test('of 4,097 characters is a fault', async () => {
    const body = { token: 'a'.repeat(4_097), apiId: 'interact' };
    expectFaults(await server.call('POST', '/v1/keys/verify', { body }), {
      pointer: '/token',
      message: 'must have at most 4096 characters',
    });
  });
});

describe('the checksum', () => {
  test('finds every single wrong character without a look-up', async () => {
    const token: string = key.secret;
    const changed = [...token].flatMap((character, at) =>
      ['0', 'z', '_', 'é'].flatMap((other) =>
        other === character ? [] : [token.slice(0, at) + other + token.slice(at + 1)],
      ),
    );
    for (const each of changed) {
      expect(await decide(each)).toEqual({ decision: NOT_FOUND, lookUps: 0 });
    }
  });

  test('finds a cut, a doubled and a swapped character without a look-up', async () => {
    const token: string = key.secret;
    const swap = (at: number) =>
      token.slice(0, at) + token.charAt(at + 1) + token.charAt(at) + token.slice(at + 2);
    for (const each of [
      token.slice(1),
      token.slice(0, -1),
      token + token.slice(-1),
      token.slice(0, 10) + token.slice(11),
      ...[5, 15, 25].map(swap).filter((swapped) => swapped !== token),
    ]) {
      expect(await decide(each)).toEqual({ decision: NOT_FOUND, lookUps: 0 });
    }
  });

  test('that is right costs one look-up, which finds nothing', async () => {
    const token = generateToken({ prefix: 'int', length: 48 }, 'production');
    expect(await decide(token)).toEqual({ decision: NOT_FOUND, lookUps: 1 });
  });

  test('of a known key costs none', async () => {
    const { decision, lookUps } = await decide(key.secret);
    expect([decision.code, lookUps]).toEqual(['VALID', 0]);
  });

  test('does not tell one API’s keys from another’s: a known key is NOT_FOUND there', async () => {
    const { decision } = await decide(key.secret, { apiId: 'agentsgt' });
    expect(decision).toEqual(NOT_FOUND);
  });
});

describe('the shapes of keys issued elsewhere', () => {
  const legacy = 'legacy-0123456789abcdef0123456789abcdef';

  beforeAll(async () => {
    const legacyFormats = ['^legacy-[0-9a-f]{32}$', '^old\\.\\d{4,8}$'];
    const body = { ...exampleApi('interact'), legacyFormats };
    await expectStatus(200, server.call('PUT', '/v1/apis/migrated', { body }));
  });

  test.each([legacy, 'old.1234', 'old.12345678'])('%s is looked up', async (token) => {
    const migrated = await decide(token, { apiId: 'migrated' });
    expect(migrated).toEqual({ decision: NOT_FOUND, lookUps: 1 });
    const interact = await decide(token, { apiId: 'interact' });
    expect(interact).toEqual({ decision: NOT_FOUND, lookUps: 0 });
  });

  test.each([
    `${legacy}0`,
    legacy.toUpperCase(),
    `x${legacy}`,
    `${legacy}\n`,
    'old.123',
    'oldx1234',
  ])('%j is not', async (token) => {
    const migrated = await decide(token, { apiId: 'migrated' });
    expect(migrated).toEqual({ decision: NOT_FOUND, lookUps: 0 });
  });

  test('are in force from the definition on, and not after it', async () => {
    const put = (legacyFormats: string[]) => {
      const body = { ...exampleApi('interact'), legacyFormats };
      return expectStatus(200, server.call('PUT', '/v1/apis/migrating', { body }));
    };
    const lookUps = async () => (await decide(legacy, { apiId: 'migrating' })).lookUps;
    await put([]);
    expect(await lookUps()).toBe(0);
    await put(['^legacy-[0-9a-f]{32}$']);
    expect(await lookUps()).toBe(1);
    await put([]);
    expect(await lookUps()).toBe(0);
  });
});

describe('a batch', () => {
  const batch = (verifications: unknown[]) =>
    server.call('POST', '/v1/keys/verify-batch', { body: { verifications } });

  test('is decided in its order, each as if it had come alone', async () => {
    const pair = await createTestKey(server, {
      apiId: 'agentsgt',
      kind: 'pair',
      preset: 'full-access',
    });
    const off = await createTestKey(server);
    await expectStatus(200, server.call('POST', `/v1/keys/${off.key.id}/disable`));
    const asks = [
      { token: off.secret, apiId: 'interact' },
      { token: key.secret, apiId: 'interact' },
      { token: '\ud800', apiId: 'interact' },
      { token: key.secret, apiId: 'interact', permissions: ['agent_jobs_trigger'] },
      { token: pair.publicKey, apiId: 'agentsgt' },
      { token: `${pair.publicKey}:${pair.secret}`, apiId: 'agentsgt' },
      { token: key.secret, apiId: 'agentsgt' },
      { token: key.secret, apiId: 'interact' },
    ];
    const { body } = await expectStatus(200, batch(asks));
    expect(body.data.map(({ code }: { code: string }) => code)).toEqual([
      'DISABLED',
      'VALID',
      'NOT_FOUND',
      'INSUFFICIENT_PERMISSIONS',
      'ORIGIN_NOT_ALLOWED',
      'VALID',
      'NOT_FOUND',
      'VALID',
    ]);
    const alone = await Promise.all(asks.map(({ token, ...ask }) => verify(server, token, ask)));
    // All but what each has used up of a limit that they share, and its own entry in the log.
    const without = (decision: object) => ({ ...decision, rateLimits: [], logId: '' });
    expect(body.data.map(without)).toEqual(alone.map(without));
  });

  test('holds a thousand, and no more, and at least one', async () => {
    const asks = (length: number) =>
      Array.from({ length }, () => ({ token: key.secret, apiId: 'interact' }));
    const { body } = await expectStatus(200, batch(asks(1_000)));
    expect(body.data.length).toBe(1_000);
    const pointer = '/verifications';
    expectFaults(await batch(asks(1_001)), {
      pointer,
      message: 'must have at most 1000 entries',
    });
    expectFaults(await batch([]), { pointer, message: 'must not be empty' });
  });

  test('points at each fault in it', async () => {
    const good = { token: 'x', apiId: 'interact' };
    expectFaults(
      await batch([good, { apiId: 'interact' }, good, { ...good, cost: -1, zebra: 1 }, 7]),
      { pointer: '/verifications/1/token', message: 'is required' },
      { pointer: '/verifications/3/cost', message: 'must be at least 0' },
      { pointer: '/verifications/3/zebra', message: 'is not a field of this request' },
      { pointer: '/verifications/4', message: 'must be an object' },
    );
    expectFaults(
      await batch([good, { token: 'x' }, { ...good, environment: 'staging' }, { token: 'y' }]),
      {
        pointer: '/verifications/1/apiId',
        message: 'is required, because this root key is not bound to one API',
      },
      {
        pointer: '/verifications/2/environment',
        message: '"staging" is not an environment of API "interact", which has production',
      },
      {
        pointer: '/verifications/3/apiId',
        message: 'is required, because this root key is not bound to one API',
      },
    );
  });

  test('that asks about an API there is not is refused with its name', async () => {
    const answer = await batch([
      { token: 'x', apiId: 'interact' },
      { token: 'x', apiId: 'unknown' },
    ]);
    expectProblem(answer, 'API_NOT_FOUND', { detail: /^There is no API "unknown" here\./ });
  });
});

test('issued tokens have the checksum that the contract describes', async () => {
  for (let n = 0; n < 20; n++) {
    const { secret } = await createTestKey(server);
    expect(hasValidChecksum(secret)).toBe(true);
  }
});
