import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  byCookie,
  COOKIE,
  cookieOf,
  ORIGIN,
  PASSWORD,
  setUp,
  setUpToken,
  signIn,
} from './harness/people.ts';
import { startTestServer, type CallOptions, type TestServer } from './harness/test-server.ts';

const HOUR_MS = 60 * 60 * 1_000;

describe.each(['sqlite', 'postgres'] as const)('people who sign in, on %s', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ database, env: { CLAVIGER_LOG_LEVEL: 'debug' } });
    // The sign-in library has no clock but the machine's: it stands still, and moves with the server's.
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  const session = (cookie: string) => byCookie(server, cookie, 'GET', '/v1/session');
  const actions = async () => {
    const { body } = await server.call('GET', '/v1/audit-events?action=user.');
    return (body.data as { action: string }[]).map(({ action }) => action).toReversed();
  };

  test('nobody can sign in before the first user is there', async () => {
    const answer = await signIn(server, 'ada@example.com');
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('SIGN_IN_FAILED');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="claviger"');
  });

  test('the set-up link is refused with a token that is not its own', async () => {
    const answer = await setUp(server, { token: 'x'.repeat(43) });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('SETUP_TOKEN_NOT_VALID');
  });

  test('a password that is too short or too long is refused', async () => {
    for (const password of ['x'.repeat(11), 'x'.repeat(129)]) {
      const answer = await setUp(server, { password });
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0].pointer).toBe('/password');
    }
  });

  test('of two that use the set-up link at once, one becomes the first user', async () => {
    const answers = await Promise.all([setUp(server), setUp(server, { email: 'eve@example.com' })]);
    const [first, second] = answers.toSorted((a, b) => a.status - b.status);
    expect([first?.status, second?.status]).toEqual([201, 409]);
    expect(second?.body.code).toBe('ALREADY_SET_UP');
    expect(first?.body.user.operator).toBe(true);
    const [cookie = ''] = first?.headers.getSetCookie() ?? [];
    expect(cookie).toMatch(
      new RegExp(`^${COOKIE}=[^;]+; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax$`),
    );
    const { body } = await session(cookieOf(first!));
    expect(body.user).toEqual(first?.body.user);
    expect(body.permissions).toContain('apis:write');
    expect(await actions()).toEqual(['user.set_up']);
  });

  test('the link is of no use afterwards, and no later start prints one', async () => {
    const answer = await setUp(server, { email: 'bob@example.com' });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('ALREADY_SET_UP');
    expect(await server.claviger.storage.accounts.getSetUpGrant()).toBeNull();
  });

  const email = async () => {
    const { body } = await server.call('GET', '/v1/audit-events?action=user.set_up');
    return body.data[0].after.email as string;
  };

  test('the right password signs in, the e-mail in any case, and shows no token to scripts', async () => {
    const answer = await signIn(server, (await email()).toUpperCase());
    expect(answer.status).toBe(200);
    const token = decodeURIComponent(cookieOf(answer).split('=')[1] ?? '').split('.')[0] ?? '';
    expect(token).not.toBe('');
    expect(answer.text).not.toContain(token);
    expect((await session(cookieOf(answer))).status).toBe(200);
  });

  test('a wrong password and an unknown e-mail are answered alike; of a known user it is on record', async () => {
    const before = await actions();
    const wrong = await signIn(server, await email(), 'not the right password');
    const unknown = await signIn(server, 'nobody@example.com');
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    const { requestId: _1, ...first } = wrong.body;
    const { requestId: _2, ...second } = unknown.body;
    expect(first).toEqual(second);
    await vi.waitFor(async () =>
      expect(await actions()).toEqual([...before, 'user.sign_in_failed']),
    );
  });

  test('signing in from a foreign page is refused', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await signIn(server, await email(), PASSWORD, { origin });
      expect(answer.status).toBe(403);
      expect(answer.body.code).toBe('FOREIGN_ORIGIN');
    }
  });

  test('signing out ends the session, also for whoever stole the cookie', async () => {
    await advance(HOUR_MS);
    const cookie = cookieOf(await signIn(server, await email()));
    expect((await byCookie(server, cookie, 'POST', '/auth/sign-out')).status).toBe(200);
    const answer = await session(cookie);
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('SIGN_IN_REQUIRED');
    expect((await actions()).at(-1)).toBe('user.signed_out');
  });

  test('signing out everywhere ends every session', async () => {
    const [one, other] = [await signIn(server, await email()), await signIn(server, await email())];
    const out = await byCookie(server, cookieOf(one), 'POST', '/auth/revoke-sessions');
    expect(out.status).toBe(200);
    for (const answer of [one, other]) {
      expect((await session(cookieOf(answer))).body.code).toBe('SIGN_IN_REQUIRED');
    }
    expect((await actions()).at(-1)).toBe('user.signed_out_everywhere');
  });

  test('a session is over after a week, however much it was used', async () => {
    const cookie = cookieOf(await signIn(server, await email()));
    await advance(6 * 24 * HOUR_MS);
    expect((await session(cookie)).status).toBe(200);
    await advance(24 * HOUR_MS + 1);
    expect((await session(cookie)).status).toBe(401);
  });

  test('a cookie that is made up or changed is nobody', async () => {
    const cookie = cookieOf(await signIn(server, await email()));
    const token = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? '';
    // As it stands in the database: without the signature, it is worth nothing.
    for (const made of [`${COOKIE}=${token}`, `${cookie}x`, `${COOKIE}=`]) {
      expect((await session(made)).body.code).toBe('SIGN_IN_REQUIRED');
    }
  });

  test('somebody gives themselves another name, which is on record, and nobody else does', async () => {
    const cookie = cookieOf(await signIn(server, await email()));
    const rename = (name: string, options: CallOptions = {}) =>
      byCookie(server, cookie, 'PATCH', '/v1/account', { body: { name }, ...options });
    const renamed = await rename('Countess of Lovelace');
    expect(renamed.status).toBe(200);
    expect(renamed.body.user.name).toBe('Countess of Lovelace');
    expect((await session(cookie)).body.user).toEqual(renamed.body.user);
    const { body } = await server.call('GET', '/v1/audit-events?action=user.renamed');
    expect(body.data).toMatchObject([
      { before: { name: 'Ada' }, after: { name: 'Countess of Lovelace' } },
    ]);
    for (const name of ['', 'x'.repeat(101), 'two\nlines']) {
      const refused = await rename(name);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/name']);
    }
    const foreign = await rename('Eve', { headers: { origin: 'https://evil.example' } });
    expect(foreign.body.code).toBe('FOREIGN_ORIGIN');
    const byKey = await server.call('PATCH', '/v1/account', {
      headers: { origin: ORIGIN },
      body: { name: 'Eve' },
    });
    expect(byKey.body.code).toBe('SIGN_IN_REQUIRED');
    expect((await session(cookie)).body.user.name).toBe('Countess of Lovelace');
  });

  test('a password is changed by whoever knows the old one', async () => {
    const cookie = cookieOf(await signIn(server, await email()));
    const change = (currentPassword: string) =>
      byCookie(server, cookie, 'POST', '/auth/change-password', {
        body: { currentPassword, newPassword: `${PASSWORD} 2`, revokeOtherSessions: true },
      });
    expect((await change('not the right one')).status).toBe(400);
    const changed = await change(PASSWORD);
    expect(changed.status).toBe(200);
    expect((await session(cookie)).status).toBe(401);
    expect((await session(cookieOf(changed))).status).toBe(200);
    expect((await actions()).at(-1)).toBe('user.password_changed');
    expect((await signIn(server, await email())).status).toBe(401);
    expect((await signIn(server, await email(), `${PASSWORD} 2`)).status).toBe(200);
  });

  test('what else the library can do is not there', async () => {
    for (const path of ['/auth/sign-up/email', '/auth/list-sessions', '/auth/update-user']) {
      const answer = await byCookie(server, '', 'POST', path, { body: {} });
      expect(answer.status).toBe(404);
    }
    expect((await byCookie(server, '', 'GET', '/auth/get-session')).status).toBe(404);
  });

  test('tries of passwords are limited for each address', async () => {
    await advance(HOUR_MS);
    const statuses = new Set<number>();
    // Nobody is believed who is not a trusted proxy.
    const guess = (tries: number) =>
      signIn(server, 'nobody@example.com', PASSWORD, { 'x-forwarded-for': `203.0.113.${tries}` });
    let last = await guess(0);
    for (let tries = 1; tries < 12 && last.status !== 429; tries += 1) {
      statuses.add(last.status);
      last = await guess(tries);
    }
    expect([...statuses]).toEqual([401]);
    expect(last.status).toBe(429);
    expect(last.body.code).toBe('RATE_LIMITED');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    await advance(HOUR_MS);
    expect((await signIn(server, 'nobody@example.com')).status).toBe(401);
  });

  test('neither the link, passwords nor cookies are in the log', async () => {
    const cookie = cookieOf(await signIn(server, await email(), `${PASSWORD} 2`));
    const token = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? '';
    const log = server.logLines.join('');
    expect(log.length).toBeGreaterThan(0);
    for (const secret of [setUpToken(server), PASSWORD, token, await email()]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('the set-up link', () => {
  test('is over after a day', async () => {
    await using server = await startTestServer();
    const accounts = server.claviger.storage.accounts;
    const { tokenHash } = (await accounts.getSetUpGrant())!;
    expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(server.said.join('\n')).toContain(`${ORIGIN}/setup#token=`);
    await server.advance(24 * HOUR_MS);
    const answer = await setUp(server);
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('SETUP_TOKEN_NOT_VALID');
  });

  test('is replaced by each start until it was used; a session outlives a start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'claviger-accounts-'));
    const env = { CLAVIGER_DATABASE_URL: `sqlite:${join(folder, 'claviger.db')}` };
    const first = await startTestServer({ env });
    const old = setUpToken(first);
    await first.stop();
    const second = await startTestServer({ env });
    const token = setUpToken(second);
    expect(token).not.toBe(old);
    expect((await setUp(second, { token: old })).body.code).toBe('SETUP_TOKEN_NOT_VALID');
    const cookie = cookieOf(await setUp(second));
    await second.stop();
    const third = await startTestServer({ env });
    expect(third.said.join('\n')).not.toContain('/setup');
    expect((await byCookie(third, cookie, 'GET', '/v1/session')).status).toBe(200);
    await third.stop();
    const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    expect(stored.join('')).toContain('ada@example.com');
    for (const secret of [old, token, PASSWORD, decodeURIComponent(cookie.split('=')[1] ?? '')]) {
      expect(stored.join('')).not.toContain(secret);
    }
    rmSync(folder, { recursive: true });
  });

  test('counts tries by the address that a trusted proxy reports', async () => {
    await using server = await startTestServer({ env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' } });
    const guess = (address: string) =>
      signIn(server, 'nobody@example.com', PASSWORD, { 'x-forwarded-for': address });
    for (let tries = 0; tries < 10; tries += 1) await guess('203.0.113.1');
    expect((await guess('203.0.113.1')).status).toBe(429);
    expect((await guess('203.0.113.2')).status).toBe(401);
  });

  test('gives a cookie for https alone where the public address is https', async () => {
    await using server = await startTestServer({
      env: { CLAVIGER_PUBLIC_URL: 'https://keys.example.com/claviger' },
    });
    expect(server.said.join('\n')).toContain('https://keys.example.com/claviger/setup#token=');
    const [cookie] = (await setUp(server)).headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-claviger\.session_token=.+; Secure/);
  });
});
