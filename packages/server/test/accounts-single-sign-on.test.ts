import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startBentProvider, type BentProvider } from './harness/bent-provider.ts';
import { oidcEnv } from './harness/oidc-env.ts';
import {
  goThroughProvider,
  startOidcProvider,
  type TestProvider,
} from './harness/oidc-provider.ts';
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
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';
import { codeAt, secretOf } from './harness/totp.ts';

const EMAIL = 'ada@example.com';
const CALLBACK = `${ORIGIN}/auth/single-sign-on/callback`;
const MINUTE_MS = 60_000;

const ada = { sub: 'idp-1', email: EMAIL, email_verified: true };

/** What a browser holds after an answer, beside what it held. */
const begin = (server: TestServer, body: Record<string, unknown> = {}) =>
  byCookie(server, '', 'POST', '/auth/single-sign-on', { body });

/** The provider sends the browser back, and it asks us. */
function comeBack(server: TestServer, address: string, cookie: string): Promise<Answer> {
  const { pathname, search } = new URL(address);
  return server.call('GET', pathname + search, { key: null, headers: { cookie } });
}

async function throughProvider(
  server: TestServer,
  body: Record<string, unknown> = {},
  bend: (url: URL) => void = () => undefined,
): Promise<Answer> {
  const begun = await begin(server, body);
  expect(begun.status).toBe(200);
  const url = new URL(begun.body.url);
  bend(url);
  return comeBack(server, await goThroughProvider(url.href), cookiesOf(begun));
}

const problemOf = (answer: Answer): string | null => {
  const to = new URL(answer.headers.get('location') ?? '', ORIGIN);
  expect([answer.status, to.pathname]).toEqual([303, '/sign-in']);
  expect(cookieOf(answer)).toBe('');
  return to.searchParams.get('problem');
};

const events = async (server: TestServer, count: number) => {
  const { body } = await server.call('GET', `/v1/audit-events?action=user.&limit=${count}`);
  return (body.data as { action: string; after: unknown }[])
    .map(({ action, after }) => [action, after])
    .toReversed();
};

describe('single sign-on', () => {
  let provider: TestProvider;
  let server: TestServer;
  beforeAll(async () => {
    provider = await startOidcProvider(CALLBACK);
    server = await startTestServer({ nowMs: Date.now(), env: oidcEnv(provider) });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    expect((await setUp(server, { email: EMAIL })).status).toBe(201);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
    await provider.stop();
  });
  beforeEach(async () => {
    await advance(MINUTE_MS);
    provider.person = ada;
  });

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  const session = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/session')).status;
  const account = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/account')).body;

  test('is offered under its name', async () => {
    const { body } = await server.call('GET', '/v1/sign-in-methods', { key: null });
    expect(body).toEqual({
      passkeys: true,
      singleSignOn: { name: 'Acme' },
      recoveryByMail: false,
    });
  });

  test.each([
    ['an e-mail that is not verified', { ...ada, email_verified: false }, 'email-not-verified'],
    ['one that says "true" in quotes', { ...ada, email_verified: 'true' }, 'email-not-verified'],
    ['one that says nothing of it', { sub: ada.sub, email: EMAIL }, 'email-not-verified'],
    ['no e-mail', { sub: ada.sub }, 'email-not-verified'],
    ['an e-mail that nobody has here', { ...ada, email: 'eve@example.com' }, 'nobody'],
    ['somebody who declines', null, 'refused'],
  ])('lets nobody in with %s', async (_, person, problem) => {
    provider.person = person;
    expect(problemOf(await throughProvider(server))).toBe(problem);
    const { body } = await server.call('GET', '/v1/audit-events?action=user.single_sign_on_linked');
    expect(body.data).toEqual([]);
  });

  test('lets in whose e-mail the provider has verified, and knows them from then on', async () => {
    const answer = await throughProvider(server, { next: '/org/acme/settings/api-keys?q=a' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/org/acme/settings/api-keys?q=a');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const cookie = cookieOf(answer);
    expect(await session(cookie)).toBe(200);
    expect((await account(cookie)).singleSignOn).toBe(true);
    expect(await events(server, 2)).toEqual([
      ['user.single_sign_on_linked', null],
      ['user.signed_in', { method: 'single sign-on' }],
    ]);
    const asked = provider.asked()?.searchParams;
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('nonce')).toMatch(/^.{20,}$/);
    expect(asked?.get('scope')).toBe('openid email profile');
    expect(asked?.get('prompt')).toBeNull();
    // By what the provider calls them, whatever their e-mail is by now.
    provider.person = { ...ada, email: 'ada.lovelace@example.com' };
    expect(await session(cookieOf(await throughProvider(server)))).toBe(200);
    expect(await events(server, 1)).toEqual([['user.signed_in', { method: 'single sign-on' }]]);
  });

  test('keeps nothing that the provider gave', async () => {
    const { sql } = server.claviger.storage as unknown as {
      sql: { selectFrom(table: string): { selectAll(): { execute(): Promise<object[]> } } };
    };
    const rows = await sql.selectFrom('account_credentials').selectAll().execute();
    const row = rows.find((each) => 'provider_id' in each && each.provider_id === provider.issuer);
    expect(row).toMatchObject({
      account_id: 'idp-1',
      access_token: null,
      refresh_token: null,
      id_token: null,
      password: null,
    });
  });

  test('does not hand an account to whoever gets its e-mail at the provider later', async () => {
    provider.person = { ...ada, sub: 'idp-2' };
    expect(problemOf(await throughProvider(server))).toBe('another-account');
  });

  test('asks for the second factor of whoever has one', async () => {
    const cookie = cookieOf(await signIn(server, EMAIL));
    const own = (path: string, body: unknown, by = cookie) =>
      byCookie(server, by, 'POST', `/auth/second-factor/${path}`, { body });
    const secret = secretOf((await own('enable', { password: PASSWORD })).body.totpURI);
    await own('confirm', { code: codeAt(secret, Date.now()) });
    await advance(MINUTE_MS);
    const answer = await throughProvider(server, { next: '/account' });
    expect(answer.headers.get('location')).toBe('/sign-in?next=%2Faccount&step=code');
    expect(cookieOf(answer)).toBe('');
    const waiting = cookiesOf(answer);
    expect(await session(waiting)).toBe(401);
    const send = (code: string) =>
      byCookie(server, waiting, 'POST', '/auth/sign-in/code', { body: { code } });
    expect((await send('000000')).body.code).toBe('SECOND_FACTOR_FAILED');
    const done = await send(codeAt(secret, Date.now()));
    expect(await session(cookieOf(done))).toBe(200);
    await own('disable', { password: PASSWORD }, cookieOf(done));
  });

  test('counts as having signed in lately, and asks the provider to make sure of who it is', async () => {
    const begun = await begin(server, { again: true, next: '/sign-in/done' });
    expect(new URL(begun.body.url).searchParams.get('prompt')).toBe('login');
    const stale = cookieOf(await signIn(server, EMAIL));
    await advance(11 * MINUTE_MS);
    const again = await begin(server, { again: true, next: '/sign-in/done' });
    const came = await goThroughProvider(again.body.url);
    const answer = await comeBack(server, came, `${stale}; ${cookiesOf(again)}`);
    expect(answer.headers.get('location')).toBe('/sign-in/done');
    expect(await session(stale)).toBe(401);
    const enable = await byCookie(server, cookieOf(answer), 'POST', '/auth/second-factor/enable', {
      body: { password: PASSWORD },
    });
    expect(enable.status).toBe(200);
  });

  test('takes an answer once, of the browser that asked, with its own state', async () => {
    const begun = await begin(server);
    const came = await goThroughProvider(begun.body.url);
    // Somebody else's browser, made to open the answer.
    expect(problemOf(await comeBack(server, came, ''))).toBe('timed-out');
    const other = cookiesOf(await begin(server));
    expect(problemOf(await comeBack(server, came, other))).toBe('refused');
    const right = await comeBack(server, came, cookiesOf(begun));
    expect(cookieOf(right)).not.toBe('');
    expect(problemOf(await comeBack(server, came, cookiesOf(begun)))).toBe('timed-out');
  });

  test('takes no code of another sign-in or another application, and none of another nonce', async () => {
    const other = await begin(server);
    const code = new URL(await goThroughProvider(other.body.url)).searchParams.get('code') ?? '';
    const begun = await begin(server);
    const came = new URL(await goThroughProvider(begun.body.url));
    came.searchParams.set('code', code);
    expect(problemOf(await comeBack(server, came.href, cookiesOf(begun)))).toBe('refused');
    const bent: ((url: URL) => void)[] = [
      ({ searchParams }) => searchParams.set('client_id', 'another-application'),
      ({ searchParams }) => searchParams.set('nonce', 'of-somebody-else'),
      ({ searchParams }) => searchParams.set('state', 'of-somebody-else'),
    ];
    for (const bend of bent) {
      expect(problemOf(await throughProvider(server, {}, bend))).toBe('refused');
    }
    const missing = await begin(server);
    const back = new URL(await goThroughProvider(missing.body.url));
    back.searchParams.set('iss', 'https://evil.example');
    expect(problemOf(await comeBack(server, back.href, cookiesOf(missing)))).toBe('refused');
  });

  test('is over ten minutes after it was begun', async () => {
    const begun = await begin(server);
    const came = await goThroughProvider(begun.body.url);
    await advance(10 * MINUTE_MS + 1);
    expect(problemOf(await comeBack(server, came, cookiesOf(begun)))).toBe('timed-out');
  });

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example',
    'javascript:alert(1)',
    'account',
  ])('leads to no address but ours: %j', async (next) => {
    const answer = await throughProvider(server, { next });
    expect(answer.headers.get('location')).toBe('/');
  });

  test('is begun by our own pages alone', async () => {
    const headers = { origin: 'https://evil.example' };
    const answer = await byCookie(server, '', 'POST', '/auth/single-sign-on', {
      headers,
      body: {},
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'FOREIGN_ORIGIN']);
  });

  test('neither codes nor tokens are in the log', async () => {
    const begun = await begin(server);
    const came = new URL(await goThroughProvider(begun.body.url));
    await comeBack(server, came.href, cookiesOf(begun));
    const log = server.logLines.join('');
    const hidden = [came.searchParams.get('code'), came.searchParams.get('state')];
    for (const each of [...hidden, provider.clientSecret]) expect(log).not.toContain(each);
  });
});

describe('a single sign-on', () => {
  test('is for people of the domains that are allowed', async () => {
    await using provider = await startOidcProvider(CALLBACK);
    const env = { ...oidcEnv(provider), CLAVIGER_OIDC_ALLOWED_DOMAINS: 'Example.com, acme.org' };
    await using server = await startTestServer({ env });
    await setUp(server, { email: 'eve@evil.example.com' });
    provider.person = { sub: 'eve', email: 'eve@evil.example.com', email_verified: true };
    expect(problemOf(await throughProvider(server))).toBe('domain-not-allowed');
    provider.person = { ...provider.person, email: 'EVE@EXAMPLE.COM' };
    // Of an allowed domain, and still nobody here.
    expect(problemOf(await throughProvider(server))).toBe('nobody');
  });

  test('knows people again on PostgreSQL, too', async () => {
    await using provider = await startOidcProvider(CALLBACK);
    const env = oidcEnv(provider);
    await using server = await startTestServer({ database: 'postgres', env });
    await setUp(server, { email: EMAIL });
    provider.person = ada;
    for (const before of ['user.single_sign_on_linked', 'user.signed_in']) {
      expect(cookieOf(await throughProvider(server))).not.toBe('');
      const actions = (await events(server, 2)).map(([action]) => action);
      expect(actions).toEqual([before, 'user.signed_in']);
    }
  });

  test('is nowhere when it is not configured', async () => {
    await using server = await startTestServer();
    expect((await begin(server)).status).toBe(404);
    expect((await comeBack(server, `${CALLBACK}?code=a&state=b`, '')).status).toBe(404);
    const { body } = await server.call('GET', '/v1/sign-in-methods', { key: null });
    expect(body.singleSignOn).toBeNull();
  });

  test('starts without the provider, and says so until it answers', async () => {
    const provider = await startBentProvider();
    await provider.stop();
    await using server = await startTestServer({ env: oidcEnv(provider) });
    const answer = await begin(server);
    expect([answer.status, answer.body.code]).toEqual([503, 'SINGLE_SIGN_ON_UNAVAILABLE']);
    expect(server.logLines.join('')).toContain('ECONNREFUSED');
  });

  describe('of a provider that is wrong', () => {
    let provider: BentProvider;
    let server: TestServer;
    beforeAll(async () => {
      provider = await startBentProvider();
      server = await startTestServer({ env: oidcEnv(provider), nowMs: Date.now() });
      await setUp(server, { email: EMAIL });
    });
    afterAll(async () => {
      await server.stop();
      await provider.stop();
    });
    beforeEach(() => {
      provider.bend = (claims) => claims;
      provider.signsWith = 'its key';
    });

    test.each([
      ['for another application', { aud: 'another-application' }],
      ['for several, this one not being the one', { aud: ['claviger', 'other'], azp: 'other' }],
      ['of another issuer', { iss: 'https://evil.example' }],
      ['with another nonce', { nonce: 'of-somebody-else' }],
      ['without a nonce', { nonce: undefined }],
      ['that is over', { exp: 1_000_000_000 }],
      ['without an end', { exp: undefined }],
      ['without a subject', { sub: undefined }],
    ])('a token %s is refused', async (_, wrong) => {
      provider.bend = (claims) => ({ ...claims, ...wrong });
      expect(problemOf(await throughProvider(server))).toBe('refused');
    });

    test.each(['another key', 'nothing'] as const)(
      'a token signed with %s is refused',
      async (by) => {
        provider.signsWith = by;
        expect(problemOf(await throughProvider(server))).toBe('refused');
      },
    );

    test('a token that is right signs in', async () => {
      const answer = await throughProvider(server);
      expect(answer.headers.get('location')).toBe('/');
      expect(answer.headers.getSetCookie().some((each) => each.startsWith(`${COOKIE}=`))).toBe(
        true,
      );
    });

    test('one that calls itself something else is not asked', async () => {
      provider.callsItself = 'https://evil.example';
      await using fresh = await startTestServer({ env: oidcEnv(provider) });
      expect((await begin(fresh)).body.code).toBe('SINGLE_SIGN_ON_UNAVAILABLE');
      provider.callsItself = provider.issuer;
    });
  });
});
