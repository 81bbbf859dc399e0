import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { rolePermissions, type ProblemCode } from '@claviger/contract';
import { expectProblem } from './harness/expect-problem.ts';
import { expectStatus } from './harness/fixtures.ts';
import { accept, invite, tokenOf } from './harness/invitations.ts';
import { startMailServer, type MailServer } from './harness/mail-server.ts';
import {
  anotherAddress,
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
import { codeAt, secretOf } from './harness/totp.ts';

const EMAIL = 'ada@example.com';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function refused(code: ProblemCode, asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  expectProblem(answer, code);
  return answer;
}

describe.each(['sqlite', 'postgres'] as const)('letting somebody in again, on %s', (database) => {
  let mailServer: MailServer;
  let server: TestServer;
  beforeAll(async () => {
    mailServer = await startMailServer('secret');
    server = await startTestServer({
      database,
      env: {
        CLAVIGER_LOG_LEVEL: 'debug',
        CLAVIGER_TRUSTED_PROXIES: '127.0.0.1,::1',
        CLAVIGER_SMTP_URL: mailServer.url,
        CLAVIGER_MAIL_FROM: 'claviger@example.com',
      },
    });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await expectStatus(201, setUp(server, { email: EMAIL }));
    await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.stop();
    await mailServer.close();
  });

  let passwords = 0;
  const newPassword = () => `another horse, another staple ${++passwords}`;
  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  const open = (path: string, body: unknown, headers: Record<string, string> = anotherAddress()) =>
    server.call('POST', `/v1/recoveries${path}`, { key: null, body, headers });
  const tokenIn = (text: string) => /\/recover#token=([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? '';
  const linkFor = async (email: string, fields: Record<string, unknown> = {}) => {
    const made = server.call('POST', '/v1/recoveries', { body: { email, ...fields } });
    return tokenIn((await expectStatus(201, made)).body.link);
  };
  /** As it comes to the mailbox. */
  const mailed = async (email: string) => {
    await expectStatus(202, open('/request', { email }));
    return nextMail(email, 'Choose a new password');
  };
  const nextMail = async (email: string, subject: string) => {
    await expect.poll(() => mailServer.mails.length).toBeGreaterThan(0);
    const [mail] = mailServer.mails.splice(0, 1);
    expect(mail!.to).toEqual([email]);
    expect(mail!.text).toContain(`Subject: ${subject}`);
    return mail!.text;
  };
  /** Takes it, and what its owner is mailed then. */
  const take = async (email: string, token: string, password = newPassword()) => {
    const taken = await expectStatus(200, open('/take', { token, password }));
    await nextMail(email, 'Your password was changed');
    return taken;
  };
  const signsIn = async (email: string, password: string) =>
    (await signIn(server, email, password, anotherAddress())).status;
  const sessionOf = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/session')).status;
  const actions = async (userId: string) => {
    const { body } = await server.call('GET', `/v1/audit-events?targetId=${userId}`);
    return (body.data as { action: string }[]).map(({ action }) => action).toReversed();
  };

  test('an operator makes a link, which gives a new password once and ends every session', async () => {
    const { id, email, cookie } = await createMember(server, 'acme', 'developer', 'grace');
    const made = await expectStatus(
      201,
      server.call('POST', '/v1/recoveries', { body: { email: 'Grace@example.com' } }),
    );
    const until = new Date(server.clock.now() + 24 * HOUR_MS).toISOString();
    const recovery = { email, removesSecondFactor: false, expiresAt: until };
    expect(made.body.recovery).toEqual(recovery);
    const token = tokenIn(made.body.link);
    expect((await expectStatus(200, open('/preview', { token }))).body).toEqual(recovery);
    // Too short: the link is not used up by it.
    const short = await refused('INVALID_REQUEST', open('/take', { token, password: 'x' }));
    expect(short.body.errors[0].pointer).toBe('/password');
    expect(await sessionOf(cookie)).toBe(200);
    const password = newPassword();
    const taken = await take(email, token, password);
    expect(taken.body).toEqual({ email, recovered: true });
    expect(cookieOf(taken)).toBe('');
    expect(await sessionOf(cookie)).toBe(401);
    expect(await signsIn(email, PASSWORD)).toBe(401);
    expect(await signsIn(email, password)).toBe(200);
    await refused('RECOVERY_NOT_VALID', open('/take', { token, password }));
    await refused('RECOVERY_NOT_VALID', open('/preview', { token }));
    expect((await actions(id)).filter((action) => action.includes('recover'))).toEqual([
      'user.recovery_created',
      'user.recovered',
    ]);
    const log = server.logLines.join('');
    for (const secret of [token, password]) expect(log).not.toContain(secret);
    const events = (await server.call('GET', '/v1/audit-events?limit=200')).text;
    for (const secret of [token, password]) expect(events).not.toContain(secret);
  });

  test('a newer link ends the one before, and a day ends both', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'alan');
    const first = await linkFor(email);
    const second = await linkFor(email);
    await refused('RECOVERY_NOT_VALID', open('/preview', { token: first }));
    await advance(24 * HOUR_MS - 1);
    await expectStatus(200, open('/preview', { token: second }));
    await advance(1);
    await refused('RECOVERY_NOT_VALID', open('/preview', { token: second }));
    const body = { token: second, password: newPassword() };
    await refused('RECOVERY_NOT_VALID', open('/take', body));
    expect(await signsIn(email, PASSWORD)).toBe(200);
  });

  test('somebody who has forgotten their password is mailed a link', async () => {
    const { id, email } = await createMember(server, 'acme', 'viewer', 'edsger');
    const text = await mailed(email);
    const token = tokenIn(text);
    const preview = await expectStatus(200, open('/preview', { token }));
    const until = new Date(server.clock.now() + HOUR_MS).toISOString();
    expect(preview.body).toEqual({ email, removesSecondFactor: false, expiresAt: until });
    const password = newPassword();
    await take(email, token, password);
    expect(await signsIn(email, password)).toBe(200);
    expect(await actions(id)).toEqual(
      expect.arrayContaining(['user.recovery_requested', 'user.recovered']),
    );
  });

  test('a mailed link works for an hour, and leaves that of an operator alone until one is taken', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'barbara');
    const handed = await linkFor(email);
    const over = tokenIn(await mailed(email));
    await advance(HOUR_MS);
    await refused('RECOVERY_NOT_VALID', open('/preview', { token: over }));
    const token = tokenIn(await mailed(email));
    await expectStatus(200, open('/preview', { token: handed }));
    await take(email, token);
    await refused('RECOVERY_NOT_VALID', open('/preview', { token: handed }));
  });

  test('nobody learns who has an account, and nobody’s mailbox is filled', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'ken');
    await mailed(email);
    const answers: Answer[] = [];
    for (const asked of [email, 'nobody@example.com']) {
      answers.push(await expectStatus(202, open('/request', { email: asked })));
    }
    expect(answers.map(({ text }) => text)).toEqual(['{"requested":true}', '{"requested":true}']);
    await advance(5 * MINUTE_MS - 1);
    await expectStatus(202, open('/request', { email }));
    await advance(1);
    // Had one of those before sent anything, it would have come first.
    expect(tokenIn(await mailed(email))).not.toBe('');
  });

  test('a stranger who asks again and again fills no mailbox, and ends no link', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'radia');
    const tokens: string[] = [];
    for (let mails = 0; mails < 3; mails++) {
      tokens.push(tokenIn(await mailed(email)));
      await advance(5 * MINUTE_MS);
    }
    await expectStatus(202, open('/request', { email }));
    for (const token of tokens) await expectStatus(200, open('/preview', { token }));
    await advance(45 * MINUTE_MS);
    expect(tokenIn(await mailed(email))).not.toBe('');
  });

  test('a mail that was not taken can be asked for again at once', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'margaret');
    mailServer.refuse(true);
    await expectStatus(202, open('/request', { email }));
    await expect
      .poll(() => server.logLines.join(''))
      .toContain('a recovery link could not be made or mailed');
    mailServer.refuse(false);
    // It is withdrawn after that line at the latest.
    await expect
      .poll(async () => {
        await open('/request', { email });
        return mailServer.mails.length;
      })
      .toBe(1);
    expect(tokenIn(await nextMail(email, 'Choose a new password'))).not.toBe('');
  });

  test.each([
    ['/change-password', { currentPassword: PASSWORD, newPassword: 'one more horse, one more' }],
    ['/revoke-sessions', {}],
  ])('links end with %s', async (path, body) => {
    const name = path.slice(1, 7);
    const { email, cookie } = await createMember(server, 'acme', 'viewer', name);
    const tokens = [await linkFor(email), tokenIn(await mailed(email))];
    await expectStatus(200, byCookie(server, cookie, 'POST', `/auth${path}`, { body }));
    for (const token of tokens) await refused('RECOVERY_NOT_VALID', open('/preview', { token }));
  });

  test('a link is worth what whoever made it may still do', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'lynn');
    const made = await expectStatus(201, invite(server, 'op@example.com', 'operator', 'claviger'));
    const joined = await expectStatus(200, accept(server, tokenOf(made)));
    mailServer.mails.splice(0);
    const body = { email };
    const link = byCookie(server, cookieOf(joined), 'POST', '/v1/recoveries', { body });
    const token = tokenIn((await expectStatus(201, link)).body.link);
    await expectStatus(200, open('/preview', { token }));
    const path = `/v1/organizations/claviger/members/${joined.body.user.id}`;
    await expectStatus(200, server.call('DELETE', path));
    await refused('RECOVERY_NOT_VALID', open('/preview', { token }));
    await refused('RECOVERY_NOT_VALID', open('/take', { token, password: newPassword() }));

    const permissions = [...rolePermissions.operator];
    const key = { apiId: 'claviger', organizationId: 'claviger', name: 'Support', permissions };
    const support = await expectStatus(201, server.call('POST', '/v1/keys', { body: key }));
    const byKey = server.call('POST', '/v1/recoveries', { key: support.body.secret, body });
    const other = tokenIn((await expectStatus(201, byKey)).body.link);
    await expectStatus(200, open('/preview', { token: other }));
    await expectStatus(200, server.call('POST', `/v1/keys/${support.body.key.id}/revoke`));
    await refused('RECOVERY_NOT_VALID', open('/preview', { token: other }));
    expect(await signsIn(email, PASSWORD)).toBe(200);
  });

  test('who asks again and again is told to wait', async () => {
    const from = anotherAddress();
    const body = { email: 'nobody@example.com' };
    for (let asked = 0; asked < 5; asked++) await expectStatus(202, open('/request', body, from));
    const waiting = await refused('RATE_LIMITED', open('/request', body, from));
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectStatus(202, open('/request', body));
    for (const path of ['/preview', '/take']) {
      const guess = { token: 'x'.repeat(43), ...(path === '/take' && { password: newPassword() }) };
      const guesser = anotherAddress();
      for (let guesses = 0; guesses < 30; guesses++) {
        await refused('RECOVERY_NOT_VALID', open(path, guess, guesser));
      }
      await refused('RATE_LIMITED', open(path, guess, guesser));
    }
  });

  test('another site cannot take one in a browser', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'dennis');
    const body = { token: await linkFor(email), password: newPassword() };
    const foreign = { ...anotherAddress(), origin: 'https://evil.example' };
    await refused('FOREIGN_ORIGIN', open('/take', body, foreign));
    await expectStatus(200, open('/take', body, { ...anotherAddress(), origin: ORIGIN }));
    await nextMail(email, 'Your password was changed');
  });

  test('whoever guesses passwords does not keep somebody out who has a new one', async () => {
    const { email } = await createMember(server, 'acme', 'viewer', 'niklaus');
    const token = await linkFor(email);
    for (let guesses = 0; guesses < 20; guesses++) {
      expect(await signsIn(email, 'wrong horse')).toBe(401);
    }
    const password = newPassword();
    const taken = await take(email, token, password);
    expect(await signsIn(email, password)).toBe(429);
    const known = { ...anotherAddress(), cookie: cookiesOf(taken) };
    expect((await signIn(server, email, password, known)).status).toBe(200);
  });

  describe('of somebody with a second factor', () => {
    let secret = '';
    let email = '';
    beforeAll(async () => {
      const member = await createMember(server, 'acme', 'viewer', 'tony');
      ({ email } = member);
      const post = (path: string, body: unknown) =>
        byCookie(server, member.cookie, 'POST', `/auth/second-factor/${path}`, { body });
      const begun = await expectStatus(200, post('enable', { password: PASSWORD }));
      secret = secretOf(begun.body.totpURI);
      await expectStatus(200, post('confirm', { code: codeAt(secret, server.clock.now()) }));
    });
    /** Whether a code is asked for after the password. */
    const asksForCode = async (password: string) => {
      const answer = await expectStatus(200, signIn(server, email, password, anotherAddress()));
      return answer.body.secondFactorRequired === true;
    };

    test('a mailed link leaves it on: a mailbox is one factor', async () => {
      const password = newPassword();
      await take(email, tokenIn(await mailed(email)), password);
      expect(await asksForCode(password)).toBe(true);
    });

    test('an operator’s link turns it off when it says so, and only once it is taken', async () => {
      const kept = newPassword();
      await take(email, await linkFor(email), kept);
      expect(await asksForCode(kept)).toBe(true);
      const token = await linkFor(email, { removesSecondFactor: true });
      expect(await asksForCode(kept)).toBe(true);
      const password = newPassword();
      await take(email, token, password);
      const signedIn = await expectStatus(200, signIn(server, email, password, anotherAddress()));
      const account = await byCookie(server, cookieOf(signedIn), 'GET', '/v1/account');
      expect(account.body.secondFactor).toEqual({ enabled: false, backupCodesLeft: 0 });
    });
  });

  test('an owner of an organization cannot, for an account may belong to others', async () => {
    const { cookie } = await createMember(server, 'acme', 'owner', 'owner');
    const headers = { 'x-claviger-organization': 'acme' };
    const body = { email: EMAIL };
    const asked = byCookie(server, cookie, 'POST', '/v1/recoveries', { headers, body });
    await refused('BEYOND_OWN_RIGHTS', asked);
  });

  test('a root key that could not make an operator cannot let one in', async () => {
    const key = async (permissions: string[]) => {
      const body = { apiId: 'claviger', organizationId: 'claviger', name: 'People', permissions };
      return (await expectStatus(201, server.call('POST', '/v1/keys', { body }))).body.secret;
    };
    const body = { email: EMAIL };
    const asked = server.call('POST', '/v1/recoveries', {
      key: await key(['members:write']),
      body,
    });
    await refused('BEYOND_OWN_RIGHTS', asked);
  });

  test('nobody is found where nobody is', async () => {
    const body = { email: 'nobody@example.com' };
    await refused('USER_NOT_FOUND', server.call('POST', '/v1/recoveries', { body }));
  });
});

test('a server that sends no mail says so, and who can help', async () => {
  const server = await startTestServer();
  try {
    const methods = await server.call('GET', '/v1/sign-in-methods', { key: null });
    expect(methods.body.recoveryByMail).toBe(false);
    const body = { email: EMAIL };
    const asked = server.call('POST', '/v1/recoveries/request', { key: null, body });
    const { body: problem } = await refused('MAIL_NOT_CONFIGURED', asked);
    expect(problem.detail).toContain('claviger members recover');
  } finally {
    await server.stop();
  }
});
