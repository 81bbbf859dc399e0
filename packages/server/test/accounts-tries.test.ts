import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { byCookie, cookieOf, cookiesOf, PASSWORD, setUp, signIn } from './harness/people.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const EMAIL = 'ada@example.com';
const MINUTE_MS = 60_000;
const TRIES = 20;

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
  beforeEach(() => advance(16 * MINUTE_MS));

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  /** From an address that was never seen: the limit by address is never met. */
  const attempt = (email: string, password = 'not the right password', cookie = '') => {
    addresses += 1;
    const address = `2001:db8:${addresses.toString(16)}::1`;
    return signIn(server, email, password, { 'x-forwarded-for': address, cookie });
  };
  const guess = async (email: string, times: number, cookie = '') => {
    const statuses = new Set<number>();
    for (let tries = 0; tries < times; tries += 1) {
      statuses.add((await attempt(email, undefined, cookie)).status);
    }
    return [...statuses];
  };

  test('are limited by account, from however many addresses they come, and for 15 minutes at most', async () => {
    expect(await guess(EMAIL, TRIES)).toEqual([401]);
    const refused = await attempt(EMAIL, PASSWORD);
    expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(15 * 60);
    await advance(15 * MINUTE_MS);
    expect((await attempt(EMAIL, PASSWORD)).status).toBe(200);
  });

  test('of an e-mail in another case are of the same account', async () => {
    expect(await guess(EMAIL.toUpperCase(), TRIES)).toEqual([401]);
    expect((await attempt(EMAIL, PASSWORD)).status).toBe(429);
  });

  test('do not tell whether somebody has the e-mail', async () => {
    const known = await guess(EMAIL, TRIES + 1);
    const unknown = await guess('nobody@example.com', TRIES + 1);
    expect(unknown).toEqual(known);
    const [first, second] = [await attempt(EMAIL), await attempt('nobody@example.com')];
    expect({ ...first.body, requestId: '' }).toEqual({ ...second.body, requestId: '' });
  });

  test('keep nobody out of the browser in which they signed in before', async () => {
    const known = cookiesOf(await attempt(EMAIL, PASSWORD));
    expect(known).toMatch(/claviger\.device=/);
    await guess(EMAIL, TRIES);
    expect((await attempt(EMAIL, PASSWORD)).status).toBe(429);
    expect((await attempt(EMAIL, PASSWORD, known)).status).toBe(200);
    // For another e-mail, or changed, it is none.
    await guess('eve@example.com', TRIES, known);
    expect((await attempt('eve@example.com', PASSWORD, known)).status).toBe(429);
    expect((await attempt(EMAIL, PASSWORD, known.replace(/.$/, ''))).status).toBe(429);
  });

  test('in a browser that is known are limited, too', async () => {
    const known = cookiesOf(await attempt(EMAIL, PASSWORD));
    expect(await guess(EMAIL, TRIES, known)).toEqual([401]);
    expect((await attempt(EMAIL, PASSWORD, known)).status).toBe(429);
    // And are nobody else's.
    expect((await attempt(EMAIL, PASSWORD)).status).toBe(200);
  });

  test('right ones are not counted', async () => {
    for (let times = 0; times < TRIES + 1; times += 1) {
      expect((await attempt(EMAIL, PASSWORD)).status).toBe(200);
    }
  });

  test('of whoever holds a session are limited wherever one is asked for', async () => {
    const cookie = cookieOf(await attempt(EMAIL, PASSWORD));
    const newPassword = 'a password that is new';
    const guesses = [
      ['change-password', { currentPassword: 'not the right one', newPassword }],
      ['second-factor/enable', { password: 'not the right one' }],
      ['second-factor/disable', { password: 'not the right one' }],
    ] as const;
    const statuses: number[] = [];
    for (let tries = 0; tries <= TRIES; tries += 1) {
      const [path, body] = guesses[tries % guesses.length] ?? guesses[0];
      addresses += 1;
      const headers = { 'x-forwarded-for': `2001:db8:${addresses.toString(16)}::1` };
      const answer = await byCookie(server, cookie, 'POST', `/auth/${path}`, { headers, body });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array.from({ length: TRIES }, () => 400), 429]);
  });

  test('leave no cookie that scripts or other sites could use', async () => {
    const answer = await attempt(EMAIL, PASSWORD);
    const device = answer.headers.getSetCookie().find((each) => each.startsWith('claviger.device'));
    expect(device).toMatch(/; Max-Age=15552000; Path=\/auth; HttpOnly; SameSite=Strict$/);
    expect(device).not.toContain(EMAIL);
  });
});
