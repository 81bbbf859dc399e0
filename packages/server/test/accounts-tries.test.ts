import { RateLimitedError } from '@claviger/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { KnownDevices } from '../src/accounts/known-devices.ts';
import { PasswordTries } from '../src/accounts/password-tries.ts';
import { byCookie, cookieOf, cookiesOf, PASSWORD, setUp, signIn } from './harness/people.ts';
import { TestClock } from './harness/test-clock.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const EMAIL = 'ada@example.com';
const MINUTE_MS = 60_000;
const TRIES = 20;
/** Each try costs the server a slow hash, on purpose. */
const TIMEOUT_MS = 120_000;

describe('wrong passwords', () => {
  let server: TestServer;
  let addresses = 0;
  beforeAll(async () => {
    server = await startTestServer({ env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' } });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await setUp(server, { email: EMAIL });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  /** From an address that was never seen: the limit by address is never met. */
  const elsewhere = () => {
    addresses += 1;
    return { 'x-forwarded-for': `2001:db8:${addresses.toString(16)}::1` };
  };
  const attempt = (email: string, password = 'not the right password', cookie = '') =>
    signIn(server, email, password, { ...elsewhere(), cookie });
  const guess = async (email: string) => {
    const answers = await Promise.all(
      Array.from({ length: TRIES + 5 }, (_, at) => attempt(at % 2 ? email : email.toUpperCase())),
    );
    return answers.map(({ status }) => status).toSorted();
  };
  const limited = [
    ...Array.from({ length: TRIES }, () => 401),
    ...Array.from({ length: 5 }, () => 429),
  ];

  test(
    'are limited by account, from however many addresses at once, and keep nobody out of a browser that is known',
    async () => {
      const known = cookiesOf(await attempt(EMAIL, PASSWORD));
      expect(await guess(EMAIL)).toEqual(limited);
      const refused = await attempt(EMAIL, PASSWORD);
      expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(15 * 60);
      expect((await attempt(EMAIL, PASSWORD, known)).status).toBe(200);
      expect((await attempt(EMAIL, PASSWORD, known.slice(0, -1))).status).toBe(429);
      // Whether somebody has the e-mail is not told by it.
      expect(await guess('nobody@example.com')).toEqual(limited);
      const unknown = await attempt('nobody@example.com');
      expect({ ...unknown.body, requestId: '' }).toEqual({ ...refused.body, requestId: '' });
      await advance(15 * MINUTE_MS);
      expect((await attempt(EMAIL, PASSWORD)).status).toBe(200);
    },
    TIMEOUT_MS,
  );

  test(
    'of whoever holds a session are limited wherever one is asked for',
    async () => {
      const cookie = cookieOf(await attempt(EMAIL, PASSWORD));
      const guesses = [
        ['change-password', { currentPassword: 'not this', newPassword: 'a password that is new' }],
        ['second-factor/enable', { password: 'not this' }],
        ['second-factor/disable', { password: 'not this' }],
      ] as const;
      const statuses: number[] = [];
      for (let tries = 0; tries <= TRIES; tries += 1) {
        const [path, body] = guesses[tries % guesses.length] ?? guesses[0];
        const asked = { headers: elsewhere(), body };
        statuses.push((await byCookie(server, cookie, 'POST', `/auth/${path}`, asked)).status);
      }
      expect(statuses).toEqual([...Array.from({ length: TRIES }, () => 400), 429]);
    },
    TIMEOUT_MS,
  );
});

describe('tries of passwords', () => {
  const clock = new TestClock();
  const open = () => new PasswordTries(Buffer.alloc(32, 1), clock);
  const spend = (tries: PasswordTries, email: string, device: string | null) => {
    for (let count = 0; count < TRIES; count += 1) tries.take(email, device);
  };

  test('are counted apart for each device that is known, and limited there, too', () => {
    const tries = open();
    spend(tries, EMAIL, 'laptop');
    expect(() => tries.take(EMAIL, 'laptop')).toThrow(RateLimitedError);
    expect(() => tries.take(EMAIL, 'phone')).not.toThrow();
    expect(() => tries.take(EMAIL, null)).not.toThrow();
  });

  test('that were right are given back', () => {
    const tries = open();
    for (let count = 0; count < 2 * TRIES; count += 1) tries.take(EMAIL, null)();
    spend(tries, EMAIL, null);
    expect(() => tries.take(EMAIL, null)).toThrow(/15 minutes/);
  });

  test('are forgotten after 15 minutes, and by nothing that others do meanwhile', () => {
    const tries = open();
    spend(tries, EMAIL, null);
    let refused = 0;
    for (let stranger = 0; stranger < 50_000; stranger += 1) {
      try {
        tries.take(`${stranger}@example.com`, null);
      } catch {
        refused += 1;
      }
    }
    // Those that share the place.
    expect(refused).toBeLessThan(50);
    expect(() => tries.take(EMAIL, null)).toThrow(RateLimitedError);
    clock.advance(15 * MINUTE_MS);
    expect(() => tries.take(EMAIL, null)).not.toThrow();
  });
});

describe('a device', () => {
  const devices = new KnownDevices(Buffer.alloc(32, 1), 'https://keys.example.com');
  const back = (set: string) => new Headers({ cookie: set.split(';')[0] ?? '' });

  test('is known for one e-mail, by a cookie that scripts and other sites have no use for', () => {
    const set = devices.cookieFor(EMAIL);
    expect(set).toMatch(
      /^__Secure-claviger\.device=[\w-]+\.[\w-]+; Max-Age=15552000; Path=\/auth; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(set).not.toContain('ada');
    expect(devices.find(back(set), EMAIL)).not.toBeNull();
    expect(devices.find(back(set), 'eve@example.com')).toBeNull();
    expect(devices.find(new Headers(), EMAIL)).toBeNull();
  });

  test('is none with a signature of another key, or of something else', () => {
    const other = new KnownDevices(Buffer.alloc(32, 2), 'https://keys.example.com');
    expect(devices.find(back(other.cookieFor(EMAIL)), EMAIL)).toBeNull();
    const cookie = '__Secure-claviger.device=';
    for (const value of ['', '.', 'a.b', 'a'.repeat(100)]) {
      expect(devices.find(new Headers({ cookie: cookie + value }), EMAIL)).toBeNull();
    }
  });
});
