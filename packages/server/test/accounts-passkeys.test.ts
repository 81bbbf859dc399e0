import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TestAuthenticator, type AuthenticatorHabits } from './harness/authenticator.ts';
import {
  byCookie,
  cookieOf,
  cookiesOf,
  createMember,
  ORIGIN,
  PASSWORD,
  setUp,
  signIn,
} from './harness/people.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const EMAIL = 'ada@example.com';
const MINUTE_MS = 60_000;
const habits: AuthenticatorHabits = { origin: ORIGIN, rpId: 'localhost' };

describe('passkeys', () => {
  let server: TestServer;
  const laptop = new TestAuthenticator();
  beforeAll(async () => {
    server = await startTestServer();
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await setUp(server, { email: EMAIL });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
  });
  beforeEach(() => advance(MINUTE_MS));

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  const post = (cookie: string, path: string, body: unknown = {}) =>
    byCookie(server, cookie, 'POST', `/auth${path}`, { body });
  const account = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/account')).body;
  const session = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/session')).status;
  const signedIn = async () => cookieOf(await signIn(server, EMAIL));
  const lastEvent = async () => {
    const { body } = await server.call('GET', '/v1/audit-events?action=user.&limit=1');
    return body.data[0];
  };

  const add = async (
    cookie: string,
    device: TestAuthenticator,
    { name = 'Laptop', ...bent }: Partial<AuthenticatorHabits> & { name?: string } = {},
  ): Promise<Answer> => {
    const options = await post(cookie, '/passkeys/options');
    expect(options.status).toBe(200);
    const response = device.register(options.body.challenge, { ...habits, ...bent });
    return post(`${cookie}; ${cookiesOf(options)}`, '/passkeys/add', { name, response });
  };
  const begin = () => post('', '/sign-in/passkey/options');
  const enter = async (
    device: TestAuthenticator,
    bent: Partial<AuthenticatorHabits> = {},
  ): Promise<Answer> => {
    const options = await begin();
    const response = device.sign(options.body.challenge, { ...habits, ...bent });
    return post(cookiesOf(options), '/sign-in/passkey', { response });
  };
  const expectRefused = (answer: Answer) => {
    expect([answer.status, answer.body.code]).toEqual([401, 'PASSKEY_NOT_ACCEPTED']);
    expect(cookieOf(answer)).toBe('');
  };

  test('are asked for so that the browser finds them and the device checks who uses it', async () => {
    const { body } = await post(await signedIn(), '/passkeys/options');
    expect(body.authenticatorSelection).toMatchObject({
      residentKey: 'required',
      userVerification: 'required',
    });
    expect(body.rp).toEqual({ id: 'localhost', name: 'Claviger' });
    const asked = (await begin()).body;
    expect(asked.userVerification).toBe('required');
    expect(asked).not.toHaveProperty('allowCredentials');
  });

  test('are not taken from a device that does not check it, whatever the page asked for', async () => {
    const cookie = await signedIn();
    expectRefused(await add(cookie, new TestAuthenticator(), { verifies: false }));
    expect((await account(cookie)).passkeys).toEqual([]);
  });

  test.each<[string, Partial<AuthenticatorHabits>]>([
    ['of another page', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: 'AAAA' }],
  ])('made %s are not taken', async (_, bent) => {
    expectRefused(await add(await signedIn(), new TestAuthenticator(), bent));
  });

  test('are added by whoever signed in lately', async () => {
    const cookie = await signedIn();
    const answer = await add(cookie, laptop);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ id: expect.any(String), name: 'Laptop' });
    const [passkey] = (await account(cookie)).passkeys;
    expect(passkey).toEqual({ ...answer.body, createdAt: expect.any(String), synced: false });
    expect(await lastEvent()).toMatchObject({ action: 'user.passkey_added', after: answer.body });
    await advance(11 * MINUTE_MS);
    for (const path of ['/passkeys/options', '/passkeys/add', '/passkeys/remove']) {
      const body = { id: passkey.id, name: 'Phone', response: { id: 'x' } };
      const { status, body: problem } = await post(
        cookie,
        path,
        path.endsWith('remove') ? { id: body.id } : { name: body.name, response: body.response },
      );
      expect([status, problem.code]).toEqual([403, 'FRESH_SIGN_IN_REQUIRED']);
      const nobody = await post(
        '',
        path,
        path.endsWith('remove') ? { id: '1' } : { ...body, id: undefined },
      );
      expect(nobody.body.code).toBe('SIGN_IN_REQUIRED');
    }
  });

  test('sign in, once with each answer', async () => {
    const options = await begin();
    const cookies = cookiesOf(options);
    const response = laptop.sign(options.body.challenge, habits);
    const answer = await post(cookies, '/sign-in/passkey', { response });
    expect(answer.status).toBe(200);
    expect(answer.body.user.email).toBe(EMAIL);
    expect(Object.keys(answer.body)).toEqual(['user']);
    expect(await session(cookieOf(answer))).toBe(200);
    expect(await lastEvent()).toMatchObject({
      action: 'user.signed_in',
      after: { method: 'passkey' },
    });
    expectRefused(await post(cookies, '/sign-in/passkey', { response }));
  });

  test.each<[string, Partial<AuthenticatorHabits>]>([
    ['that did not check who uses it', { verifies: false }],
    ['on another page', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: 'AAAA' }],
  ])('of a device %s sign in nobody', async (_, bent) => {
    expectRefused(await enter(laptop, bent));
  });

  test('sign in nobody with the signature of another, without a challenge or after five minutes', async () => {
    const stranger = new TestAuthenticator();
    expectRefused(await enter(stranger));
    const options = await begin();
    const { challenge } = options.body;
    const forged = { ...stranger.sign(challenge, habits), id: laptop.id, rawId: laptop.id };
    expectRefused(await post(cookiesOf(options), '/sign-in/passkey', { response: forged }));
    const response = laptop.sign(challenge, habits);
    expectRefused(await post('', '/sign-in/passkey', { response }));
    const late = await begin();
    await advance(5 * MINUTE_MS + 1);
    const old = laptop.sign(late.body.challenge, habits);
    expectRefused(await post(cookiesOf(late), '/sign-in/passkey', { response: old }));
    for (const nonsense of [{ id: 'x' }, { id: laptop.id }, { id: laptop.id, response: [] }]) {
      const begun = await begin();
      expectRefused(await post(cookiesOf(begun), '/sign-in/passkey', { response: nonsense }));
    }
  });

  test('count as having signed in lately, in the place of the session before', async () => {
    const stale = await signedIn();
    await advance(11 * MINUTE_MS);
    const options = await post(stale, '/sign-in/passkey/options');
    // Whoever is signed in is asked for theirs.
    expect(options.body.allowCredentials).toMatchObject([{ id: laptop.id }]);
    const response = laptop.sign(options.body.challenge, habits);
    const answer = await post(`${stale}; ${cookiesOf(options)}`, '/sign-in/passkey', { response });
    expect((await post(cookieOf(answer), '/passkeys/options')).status).toBe(200);
    expect(await session(stale)).toBe(401);
  });

  test('are nobody else’s to remove', async () => {
    await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
    const eve = await createMember(server, 'acme', 'viewer', 'eve');
    const [{ id }] = (await account(await signedIn())).passkeys;
    const answer = await post(eve.cookie, '/passkeys/remove', { id });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await enter(laptop)).status).toBe(200);
  });

  test('are twenty at most, each device once', async () => {
    const cookie = await signedIn();
    const again = await post(cookie, '/passkeys/options');
    expect(again.body.excludeCredentials).toMatchObject([{ id: laptop.id }]);
    for (let count = 1; count < 20; count += 1) {
      const answer = await add(cookie, new TestAuthenticator(), { name: `Key ${count}` });
      expect(answer.status).toBe(200);
      if (count % 9 === 0) await advance(MINUTE_MS);
    }
    const full = await post(cookie, '/passkeys/options');
    expect([full.status, full.body.detail]).toEqual([400, expect.stringContaining('20 passkeys')]);
    expect((await account(cookie)).passkeys).toHaveLength(20);
  });

  test('sign in no more once they were removed', async () => {
    const cookie = await signedIn();
    const [{ id, name }] = (await account(cookie)).passkeys;
    expect(name).toBe('Laptop');
    expect((await post(cookie, '/passkeys/remove', { id })).status).toBe(200);
    expect(await lastEvent()).toMatchObject({ action: 'user.passkey_removed', after: { id } });
    expectRefused(await enter(laptop));
  });
});

test.each(['sqlite', 'postgres'] as const)(
  'a passkey needs no code beside it: the device has checked who uses it (%s)',
  async (database) => {
    await using server = await startTestServer({ database });
    const cookie = cookieOf(await setUp(server, { email: EMAIL }));
    const post = (by: string, path: string, body: unknown = {}) =>
      byCookie(server, by, 'POST', `/auth${path}`, { body });
    const phone = new TestAuthenticator();
    const options = await post(cookie, '/passkeys/options');
    const response = phone.register(options.body.challenge, habits);
    await post(`${cookie}; ${cookiesOf(options)}`, '/passkeys/add', { name: 'Phone', response });
    const { sql } = server.claviger.storage as unknown as {
      sql: { updateTable(table: string): { set(values: object): { execute(): Promise<unknown> } } };
    };
    await sql.updateTable('account_users').set({ two_factor_enabled: 1 }).execute();
    expect((await signIn(server, EMAIL, PASSWORD)).body).toEqual({ secondFactorRequired: true });
    const begun = await post('', '/sign-in/passkey/options');
    const signature = phone.sign(begun.body.challenge, habits);
    const answer = await post(cookiesOf(begun), '/sign-in/passkey', { response: signature });
    expect(cookieOf(answer)).not.toBe('');
  },
);
