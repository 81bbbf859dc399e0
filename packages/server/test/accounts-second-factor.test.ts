import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  byCookie,
  COOKIE,
  cookieOf,
  cookiesOf,
  ORIGIN,
  PASSWORD,
  setUp,
  signIn,
} from './harness/people.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';
import { codeAt, secretOf } from './harness/totp.ts';

const EMAIL = 'ada@example.com';
const MINUTE_MS = 60_000;

describe.each(['sqlite', 'postgres'] as const)('a second factor, on %s', (database) => {
  let server: TestServer;
  let secret = '';
  let backupCodes: string[] = [];
  beforeAll(async () => {
    server = await startTestServer({ database, env: { CLAVIGER_LOG_LEVEL: 'debug' } });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    expect((await setUp(server, { email: EMAIL })).status).toBe(201);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  const post = (cookie: string, path: string, body: unknown = {}) =>
    byCookie(server, cookie, 'POST', `/auth${path}`, { body });
  const session = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/session')).status;
  const account = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/account')).body;
  const code = () => codeAt(secret, server.clock.now());
  const wrongCode = () => String((Number(code()) + 1) % 1_000_000).padStart(6, '0');
  /** The next code of the app, and a minute of which the limits of tries take no notice. */
  const wait = () => advance(MINUTE_MS);
  const lastActions = async (count: number) => {
    const { body } = await server.call('GET', `/v1/audit-events?action=user.&limit=${count}`);
    return (body.data as { action: string; after: unknown }[])
      .map(({ action, after }) => [action, after])
      .toReversed();
  };
  const passwordTaken = async () => {
    const answer = await signIn(server, EMAIL);
    expect(answer.status).toBe(200);
    return answer;
  };
  const signInWithCode = async () => {
    await wait();
    return post(cookiesOf(await passwordTaken()), '/sign-in/code', { code: code() });
  };

  test('is off at first, and turned on with the password and a code', async () => {
    const cookie = cookieOf(await signIn(server, EMAIL));
    expect((await account(cookie)).secondFactor).toEqual({ enabled: false, backupCodesLeft: 0 });
    const refused = await post(cookie, '/second-factor/enable', { password: 'not my password' });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/password']);
    const begun = await post(cookie, '/second-factor/enable', { password: PASSWORD });
    expect(begun.status).toBe(200);
    expect(begun.body.totpURI).toMatch(
      /^otpauth:\/\/totp\/Claviger:ada%40example\.com\?secret=[A-Z2-7]+&issuer=Claviger/,
    );
    secret = secretOf(begun.body.totpURI);
    backupCodes = begun.body.backupCodes;
    expect(new Set(backupCodes).size).toBe(10);
    // Nothing is asked for before somebody has shown that they have it.
    expect((await account(cookie)).secondFactor.enabled).toBe(false);
    expect(cookieOf(await signIn(server, EMAIL))).not.toBe('');
    const wrong = await post(cookie, '/second-factor/confirm', { code: wrongCode() });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'SECOND_FACTOR_FAILED']);
    const done = await post(cookie, '/second-factor/confirm', { code: code() });
    expect(done.status).toBe(200);
    expect(await session(cookie)).toBe(401);
    const renewed = cookieOf(done);
    expect((await account(renewed)).secondFactor).toEqual({ enabled: true, backupCodesLeft: 10 });
    expect(await lastActions(1)).toEqual([['user.second_factor_enabled', null]]);
  });

  /** As they stand in a table of the library's, which our types do not know. */
  const rowsOf = (table: string) => {
    const { sql } = server.claviger.storage as unknown as {
      sql: { selectFrom(table: string): { selectAll(): { execute(): Promise<unknown[]> } } };
    };
    return sql.selectFrom(table).selectAll().execute();
  };

  test('nobody is signed in by the password alone', async () => {
    await wait();
    const before = await rowsOf('account_sessions');
    const answer = await passwordTaken();
    expect(await rowsOf('account_sessions')).toEqual(before);
    expect(answer.body).toEqual({ secondFactorRequired: true });
    expect(cookieOf(answer)).toBe('');
    const cookies = cookiesOf(answer);
    expect(cookies).toMatch(/^claviger\.two_factor=[^;]+$/);
    expect(await session(cookies)).toBe(401);
    for (const path of ['/second-factor/disable', '/change-password', '/passkeys/options']) {
      const body = { password: PASSWORD, currentPassword: PASSWORD, newPassword: PASSWORD };
      const { status } = await post(
        cookies,
        path,
        path === '/second-factor/disable' ? { password: PASSWORD } : body,
      );
      expect(status).toBe(401);
    }
  });

  test('the code of the app signs in, once', async () => {
    await wait();
    const waiting = cookiesOf(await passwordTaken());
    const wrong = await post(waiting, '/sign-in/code', { code: wrongCode() });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'SECOND_FACTOR_FAILED']);
    await vi.waitFor(async () =>
      expect(await lastActions(1)).toEqual([['user.second_factor_failed', null]]),
    );
    const right = await post(waiting, '/sign-in/code', { code: code() });
    expect(right.status).toBe(200);
    expect(await session(cookieOf(right))).toBe(200);
    expect(right.text).not.toContain('token');
    expect(await lastActions(1)).toEqual([['user.signed_in', { method: 'code' }]]);
    // Seen over somebody's shoulder, with the password: too late. The next one is taken.
    const again = cookiesOf(await passwordTaken());
    const replayed = await post(again, '/sign-in/code', { code: code() });
    expect([replayed.status, replayed.body.code]).toEqual([401, 'SECOND_FACTOR_FAILED']);
    await wait();
    expect((await post(again, '/sign-in/code', { code: code() })).status).toBe(200);
    // And what has signed somebody in signs in nobody else.
    await wait();
    const spent = await post(again, '/sign-in/code', { code: code() });
    expect([spent.status, spent.body.code]).toEqual([401, 'SIGN_IN_TIMED_OUT']);
  });

  test('of two that send one code at once, one is signed in', async () => {
    await wait();
    const [one, other] = [cookiesOf(await passwordTaken()), cookiesOf(await passwordTaken())];
    const now = code();
    const answers = await Promise.all(
      [one, other].map((waiting) => post(waiting, '/sign-in/code', { code: now })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  });

  test('a code is waited for ten minutes', async () => {
    await wait();
    const waiting = cookiesOf(await passwordTaken());
    await advance(10 * MINUTE_MS + 1);
    const answer = await post(waiting, '/sign-in/code', { code: code() });
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_IN_TIMED_OUT']);
  });

  test('five wrong codes end a sign-in, ten in a row close the second factor for 15 minutes', async () => {
    for (const round of [1, 2]) {
      await wait();
      const waiting = cookiesOf(await passwordTaken());
      for (let tries = 0; tries < 5; tries += 1) {
        const wrong = await post(waiting, '/sign-in/code', { code: wrongCode() });
        expect(wrong.body.code).toBe('SECOND_FACTOR_FAILED');
      }
      const answer = await post(waiting, '/sign-in/code', { code: code() });
      const expected = round === 1 ? [401, 'SIGN_IN_TIMED_OUT'] : [429, 'RATE_LIMITED'];
      expect([answer.status, answer.body.code]).toEqual(expected);
    }
    await wait();
    const closed = await post(cookiesOf(await passwordTaken()), '/sign-in/code', { code: code() });
    expect(closed.status).toBe(429);
    await advance(15 * MINUTE_MS);
    expect((await signInWithCode()).status).toBe(200);
  });

  test('a backup code signs in, once', async () => {
    await wait();
    const [first = ''] = backupCodes;
    const answer = await post(cookiesOf(await passwordTaken()), '/sign-in/backup-code', {
      code: ` ${first} `,
    });
    expect(answer.status).toBe(200);
    expect(await lastActions(1)).toEqual([['user.signed_in', { method: 'backup code' }]]);
    expect((await account(cookieOf(answer))).secondFactor.backupCodesLeft).toBe(9);
    const again = await post(cookiesOf(await passwordTaken()), '/sign-in/backup-code', {
      code: first,
    });
    expect([again.status, again.body.code]).toEqual([401, 'SECOND_FACTOR_FAILED']);
  });

  test('who is signed in and confirms that it is them is asked for the code too, and stays signed in meanwhile', async () => {
    const cookie = cookieOf(await signInWithCode());
    await advance(11 * MINUTE_MS);
    const stale = await post(cookie, '/second-factor/backup-codes', { password: PASSWORD });
    expect([stale.status, stale.body.code]).toEqual([403, 'FRESH_SIGN_IN_REQUIRED']);
    const headers = { cookie };
    const taken = await signIn(server, EMAIL, PASSWORD, headers);
    expect(taken.body).toEqual({ secondFactorRequired: true });
    expect(taken.headers.getSetCookie().some((each) => each.startsWith(`${COOKIE}=`))).toBe(false);
    const both = `${cookie}; ${cookiesOf(taken)}`;
    expect(await session(cookie)).toBe(200);
    const still = await post(both, '/second-factor/backup-codes', { password: PASSWORD });
    expect(still.body.code).toBe('FRESH_SIGN_IN_REQUIRED');
    // By the session alone, a code is no sign-in.
    const alone = await post(cookie, '/sign-in/code', { code: code() });
    expect(alone.body.code).toBe('SIGN_IN_TIMED_OUT');
    const fresh = await post(both, '/sign-in/code', { code: code() });
    expect(fresh.status).toBe(200);
    // The one before is over: a browser has one session.
    expect(await session(cookie)).toBe(401);
    const renewed = await post(cookieOf(fresh), '/second-factor/backup-codes', {
      password: PASSWORD,
    });
    expect(renewed.body.backupCodes).toHaveLength(10);
    expect(renewed.body.backupCodes).not.toContain(backupCodes[1]);
    backupCodes = renewed.body.backupCodes;
    expect(await lastActions(1)).toEqual([['user.backup_codes_renewed', null]]);
  });

  test('neither secret nor codes are in the log, the audit log or readable in the database', async () => {
    const { text } = await server.call('GET', '/v1/audit-events?limit=200');
    const rows = await rowsOf('account_second_factors');
    expect(rows).toHaveLength(1);
    for (const hidden of [secret, ...backupCodes]) {
      expect([text, JSON.stringify(rows), ...server.logLines].join()).not.toContain(hidden);
    }
  });

  test('is turned off by whoever signed in lately and knows the password', async () => {
    const cookie = cookieOf(await signInWithCode());
    const wrong = await post(cookie, '/second-factor/disable', { password: 'not my password' });
    expect(wrong.status).toBe(400);
    const off = await post(cookie, '/second-factor/disable', { password: PASSWORD });
    expect(off.status).toBe(200);
    expect(await lastActions(1)).toEqual([['user.second_factor_disabled', null]]);
    await wait();
    expect(cookieOf(await signIn(server, EMAIL))).not.toBe('');
  });

  test('nothing of it is open to a foreign page', async () => {
    const cookie = cookieOf(await signIn(server, EMAIL));
    for (const path of ['/second-factor/enable', '/sign-in/code', '/passkeys/remove']) {
      const headers = { origin: `${ORIGIN}.evil.example` };
      const answer = await byCookie(server, cookie, 'POST', `/auth${path}`, { headers, body: {} });
      expect([answer.status, answer.body.code]).toEqual([403, 'FOREIGN_ORIGIN']);
    }
  });
});

test('the library’s own routes are closed', async () => {
  await using server = await startTestServer();
  const cookie = cookieOf(await setUp(server, { email: EMAIL }));
  const closed = [
    'two-factor/verify-totp',
    'two-factor/enable',
    'two-factor/get-totp-uri',
    'two-factor/view-backup-codes',
    'two-factor/send-otp',
    'passkey/verify-authentication',
    'passkey/list-user-passkeys',
    'passkey/update-passkey',
    'single-sign-on/begin',
    'single-sign-on/callback',
    'sign-in/social',
    'sign-up/email',
    'list-sessions',
    'get-session',
    'update-user',
    'set-password',
    'request-password-reset',
    'delete-user',
  ];
  for (const path of closed) {
    for (const method of ['GET', 'POST']) {
      const answer = await byCookie(server, cookie, method, `/auth/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  }
});

test('is checked under a new pepper as long as the one that it was set up under is configured', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-second-factor-'));
  const [one, two] = [1, 2].map((n) => `${n}:${Buffer.alloc(32, n).toString('base64')}`);
  const start = (peppers: string) =>
    startTestServer({
      nowMs: Date.now(),
      env: {
        CLAVIGER_DATABASE_URL: `sqlite:${join(folder, 'claviger.db')}`,
        CLAVIGER_PEPPERS: peppers,
      },
    });
  const post = (server: TestServer, cookie: string, path: string, body: unknown) =>
    byCookie(server, cookie, 'POST', `/auth${path}`, { body });
  const first = await start(one ?? '');
  const cookie = cookieOf(await setUp(first, { email: EMAIL }));
  const enabled = await post(first, cookie, '/second-factor/enable', { password: PASSWORD });
  const secret = secretOf(enabled.body.totpURI);
  await post(first, cookie, '/second-factor/confirm', {
    code: codeAt(secret, Date.now() - 30_000),
  });
  await first.stop();
  const second = await start(`${two},${one}`);
  const waiting = cookiesOf(await signIn(second, EMAIL));
  const right = await post(second, waiting, '/sign-in/code', { code: codeAt(secret, Date.now()) });
  expect(right.status).toBe(200);
  await second.stop();
  rmSync(folder, { recursive: true });
});
