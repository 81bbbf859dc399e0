import { forgetInvitations } from '@claviger/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { auditEvents, auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { defineApi, expectStatus } from './harness/fixtures.ts';
import { accept, invite, tokenOf } from './harness/invitations.ts';
import {
  anotherAddress,
  byCookie,
  cookieOf,
  createMember,
  ORIGIN,
  PASSWORD,
  setUp,
  signIn,
} from './harness/people.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const PATH = '/v1/organizations/acme/invitations';

describe.each(['sqlite', 'postgres'] as const)('invitations, on %s', (database) => {
  let server: TestServer;
  let operator: string;
  let people = 0;
  const tokens: string[] = [];
  beforeAll(async () => {
    server = await startTestServer({ database, env: { CLAVIGER_LOG_LEVEL: 'debug' } });
    vi.useFakeTimers({ toFake: ['Date'], now: server.clock.now() });
    await defineApi(server, 'interact');
    await server.call('PUT', '/v1/organizations/globex', { body: { name: 'Globex' } });
    operator = cookieOf(await setUp(server));
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    const told = JSON.stringify(await auditEvents(server)) + server.logLines.join('');
    expect(tokens.filter((token) => token === '' || told.includes(token))).toEqual([]);
    vi.useRealTimers();
    await server.stop();
  });

  const advance = async (ms: number) => {
    await server.advance(ms);
    vi.setSystemTime(server.clock.now());
  };
  /** A minute for each: an address may try ten passwords in one. */
  const newEmail = async () => {
    people += 1;
    await advance(61_000);
    return `person-${people}@example.com`;
  };
  const invited = async (email: string, role = 'developer', organizationId = 'acme') => {
    const made = await invite(server, email, role, organizationId);
    tokens.push(tokenOf(made));
    return { made, token: tokenOf(made), id: made.body.invitation.id as string };
  };
  const preview = (token: string) =>
    server.call('POST', '/v1/invitations/preview', { key: null, body: { token } });
  const session = async (cookie: string) =>
    (await byCookie(server, cookie, 'GET', '/v1/session')).body;

  test('a link is shown once, works for 7 days and tells what it is for', async () => {
    const email = await newEmail();
    const { made, token, id } = await invited(email.toUpperCase());
    const now = server.clock.now();
    const invitation = {
      id,
      organizationId: 'acme',
      email,
      role: 'developer',
      status: 'open',
      createdAt: new Date(now).toISOString(),
      createdBy: { type: 'rootKey', id: expect.stringMatching(/^key_/) },
      expiresAt: new Date(now + 7 * DAY_MS).toISOString(),
    };
    expect(made.body).toEqual({
      invitation,
      link: `${ORIGIN}/invitation#token=${token}`,
      mail: 'off',
    });
    const listed = await server.call('GET', PATH);
    expect(listed.body.data[0]).toEqual(invitation);
    expect(listed.text).not.toContain(token);
    expect((await preview(token)).body).toEqual({
      organizationId: 'acme',
      organizationName: 'Acme',
      email,
      role: 'developer',
      invitedBy: null,
      expiresAt: invitation.expiresAt,
      hasAccount: false,
    });
  });

  test('somebody new names themselves, chooses a password, is signed in and belongs', async () => {
    const email = await newEmail();
    const { token, id } = await invited(email, 'admin');
    let accepted: Answer;
    const events = await auditOf(server, async () => {
      accepted = await expectStatus(200, accept(server, token, { name: 'Grace' }));
    });
    const user = { id: expect.stringMatching(/^usr_/), email, name: 'Grace', operator: false };
    expect(accepted!.body).toEqual({ user, organizationId: 'acme', role: 'admin' });
    expect(events.map(({ action, actor }) => [action, actor.id])).toEqual(
      ['user.created', 'invitation.accepted', 'member.added'].map((action) => [
        action,
        accepted.body.user.id,
      ]),
    );
    expect(events[1].target).toEqual({ type: 'invitation', id, organizationId: 'acme' });
    expect(events[2]).toMatchObject({ before: null, after: { role: 'admin' } });
    const { memberships } = await session(cookieOf(accepted!));
    expect(memberships).toMatchObject([
      { organizationId: 'acme', organizationName: 'Acme', role: 'admin' },
    ]);
    expect((await signIn(server, email)).status).toBe(200);
    expectProblem(await accept(server, token), 'INVITATION_NOT_VALID');
    expectProblem(await preview(token), 'INVITATION_NOT_VALID');
  });

  test('somebody new has to say who they are, and may choose no weak password', async () => {
    const { token } = await invited(await newEmail());
    const post = (fields: object) =>
      server.call('POST', '/v1/invitations/accept', { key: null, body: { token, ...fields } });
    const message = 'is required: nobody has an account with the e-mail of this invitation yet';
    expectFaults(await post({}), { pointer: '/name', message }, { pointer: '/password', message });
    expectFaults(await post({ name: 'Grace' }), { pointer: '/password', message });
    const weak = await post({ name: 'Grace', password: 'x'.repeat(11) });
    expect(weak.body.errors[0].pointer).toBe('/password');
    // None of it used the invitation up.
    await expectStatus(200, accept(server, token));
  });

  test('somebody with an account joins once they are signed in with its e-mail', async () => {
    const email = await newEmail();
    const first = await invited(email, 'viewer', 'globex');
    const cookie = cookieOf(await accept(server, first.token));
    const { token } = await invited(email, 'owner');
    expect((await preview(token)).body.hasAccount).toBe(true);
    expectProblem(await accept(server, token), 'SIGN_IN_REQUIRED', { detail: /Sign in with it/ });
    const other = await accept(server, token, { cookie: operator });
    expectProblem(other, 'INVITED_BY_ANOTHER_EMAIL', { detail: new RegExp(email) });
    const events = await auditOf(server, () => accept(server, token, { cookie }));
    expect(events.map(({ action }) => action)).toEqual(['invitation.accepted', 'member.added']);
    expect((await session(cookie)).memberships).toMatchObject([
      { organizationId: 'acme', role: 'owner' },
      { organizationId: 'globex', role: 'viewer' },
    ]);
  });

  test('an invitation takes nothing from who became more in the meantime', async () => {
    const email = await newEmail();
    const first = await invited(email, 'viewer', 'globex');
    const joined = await accept(server, first.token);
    const cookie = cookieOf(joined);
    const { id } = joined.body.user;
    const low = await invited(email, 'viewer');
    const { storage } = server.claviger;
    const now = server.clock.now();
    const put = (role: 'admin' | 'developer') =>
      storage.committer.commit(async (tx) => {
        await tx.putMember({ organizationId: 'acme', userId: id, role, createdAt: now });
        return { result: {}, events: [], changes: [] };
      });
    await put('admin');
    const answer = await expectStatus(200, accept(server, low.token, { cookie }));
    expect(answer.body.role).toBe('admin');
    expect((await session(cookie)).memberships[0].role).toBe('admin');
  });

  test('a new link ends the one before; an expired one can be sent again', async () => {
    const email = await newEmail();
    const { token, id } = await invited(email);
    const renew = async () => {
      const made = await expectStatus(200, server.call('POST', `${PATH}/${id}/renew`));
      tokens.push(tokenOf(made));
      return made;
    };
    const second = await renew();
    expectProblem(await preview(token), 'INVITATION_NOT_VALID');
    expect((await preview(tokenOf(second))).status).toBe(200);
    await advance(7 * DAY_MS);
    expectProblem(await preview(tokenOf(second)), 'INVITATION_NOT_VALID');
    expectProblem(await accept(server, tokenOf(second)), 'INVITATION_NOT_VALID');
    const { body } = await server.call('GET', PATH);
    expect(body.data.find((one: { id: string }) => one.id === id).status).toBe('expired');
    const third = await renew();
    expect(third.body.invitation).toMatchObject({ id, status: 'open' });
    await expectStatus(200, accept(server, tokenOf(third)));
    expectProblem(await server.call('POST', `${PATH}/${id}/renew`), 'INVITATION_NOT_FOUND');
  });

  test('a revoked one opens nothing', async () => {
    const { token, id } = await invited(await newEmail());
    const events = await auditOf(server, () => server.call('DELETE', `${PATH}/${id}`));
    expect(events).toMatchObject([
      { action: 'invitation.revoked', before: { id, role: 'developer' }, after: null },
    ]);
    for (const answer of [await preview(token), await accept(server, token)]) {
      expectProblem(answer, 'INVITATION_NOT_VALID');
    }
    expectProblem(await server.call('DELETE', `${PATH}/${id}`), 'INVITATION_NOT_FOUND');
    expectProblem(await server.call('DELETE', `${PATH}/inv_1`), 'INVITATION_NOT_FOUND');
  });

  test('of two who accept at once, one comes in', async () => {
    const { token } = await invited(await newEmail());
    const answers = await Promise.all([
      accept(server, token, { name: 'One' }),
      accept(server, token, { name: 'Two' }),
    ]);
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 403]);
    expectProblem(
      answers.find(({ status }) => status === 403)!,
      'INVITATION_NOT_VALID',
    );
  });

  test('of two invitations to one e-mail that are accepted at once, the account is made once', async () => {
    const email = await newEmail();
    const [one, two] = [await invited(email), await invited(email, 'viewer', 'globex')];
    const answers = await Promise.all([accept(server, one.token), accept(server, two.token)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    const late = answers[0].status === 401 ? one : two;
    // It was not used up.
    expect((await preview(late.token)).body.hasAccount).toBe(true);
  });

  test('of accepting and revoking at once, one happens', async () => {
    const { token, id } = await invited(await newEmail());
    const [accepted, revoked] = await Promise.all([
      accept(server, token),
      server.call('DELETE', `${PATH}/${id}`),
    ]);
    expect([accepted.status, revoked.status]).toEqual(
      accepted.status === 200 ? [200, 404] : [403, 200],
    );
  });

  test('is worth what whoever made its link may still give', async () => {
    await advance(61_000);
    const admin = await createMember(server, 'acme', 'admin', `admin-${people}`);
    const inAcme = { 'x-claviger-organization': 'acme' };
    const email = await newEmail();
    const made = await byCookie(server, admin.cookie, 'POST', PATH, {
      body: { email, role: 'developer' },
      headers: inAcme,
    });
    const token = tokenOf(made);
    tokens.push(token);
    expect((await preview(token)).body.invitedBy).toBe(`admin-${people - 1}`);
    const member = `/v1/organizations/acme/members/${admin.id}`;
    const status = async () => {
      const { body } = await server.call('GET', PATH);
      return body.data.find((one: { email: string }) => one.email === email).status;
    };
    await expectStatus(200, server.call('PATCH', member, { body: { role: 'viewer' } }));
    expect(await status()).toBe('void');
    expectProblem(await preview(token), 'INVITATION_NOT_VALID');
    expectProblem(await accept(server, token), 'INVITATION_NOT_VALID');
    await expectStatus(200, server.call('PATCH', member, { body: { role: 'admin' } }));
    expect(await status()).toBe('open');
    await expectStatus(200, server.call('DELETE', member));
    expectProblem(await accept(server, token), 'INVITATION_NOT_VALID');
  });

  test('who belongs already, or is invited already, is not invited again', async () => {
    const email = await newEmail();
    const { token } = await invited(email);
    const again = { body: { email, role: 'viewer' } };
    expectProblem(await server.call('POST', PATH, again), 'ALREADY_INVITED');
    await accept(server, token);
    expectProblem(await server.call('POST', PATH, again), 'ALREADY_MEMBER');
  });

  test('a request that is not sound is refused', async () => {
    const post = (body: object) => server.call('POST', PATH, { body });
    expect((await post({ email: 'nobody', role: 'viewer' })).body.errors[0].pointer).toBe('/email');
    const newline = await post({ email: 'a@example.com\nbcc: b@example.com', role: 'viewer' });
    expect(newline.body.errors[0].pointer).toBe('/email');
    expectFaults(await post({ email: 'a@example.com', role: 'operator' }), {
      pointer: '/role',
      message: 'can be operator in the organization "claviger" alone',
    });
    const path = '/v1/organizations/nowhere/invitations';
    const body = { email: 'a@example.com', role: 'viewer' };
    expectProblem(await server.call('POST', path, { body }), 'ORGANIZATION_NOT_FOUND');
  });

  test('an operator invites another', async () => {
    await advance(61_000);
    const path = '/v1/organizations/claviger/invitations';
    const post = (role: string) =>
      byCookie(server, cookieOperator, 'POST', path, {
        body: { email: 'second@example.com', role },
      });
    const cookieOperator = cookieOf(await signIn(server, 'ada@example.com'));
    expectFaults(await post('owner'), {
      pointer: '/role',
      message: 'must be operator: "claviger" is the installation itself',
    });
    const made = await expectStatus(201, post('operator'));
    tokens.push(tokenOf(made));
    const accepted = await expectStatus(200, accept(server, tokenOf(made), { name: 'Second' }));
    expect(accepted.body.user.operator).toBe(true);
    const { body } = await byCookie(server, cookieOf(accepted), 'GET', '/v1/organizations');
    expect(body.data.map(({ id }: { id: string }) => id)).toContain('globex');
    // And can be removed again, by the other.
    const member = `/v1/organizations/claviger/members/${accepted.body.user.id}`;
    await expectStatus(200, byCookie(server, cookieOperator, 'DELETE', member));
    const refused = await byCookie(server, cookieOf(accepted), 'GET', '/v1/organizations');
    expectProblem(refused, 'ORGANIZATION_REQUIRED');
  });

  test('only a fresh sign-in invites, or makes a new link', async () => {
    await advance(61_000);
    const cookie = cookieOf(await signIn(server, 'ada@example.com'));
    const { id } = await invited(await newEmail());
    await advance(10 * 60_000);
    const body = { email: 'late@example.com', role: 'viewer' };
    for (const answer of [
      await byCookie(server, cookie, 'POST', PATH, { body }),
      await byCookie(server, cookie, 'POST', `${PATH}/${id}/renew`),
    ]) {
      expectProblem(answer, 'FRESH_SIGN_IN_REQUIRED', { detail: /gives somebody access/ });
    }
    await expectStatus(200, byCookie(server, cookie, 'DELETE', `${PATH}/${id}`));
  });

  test('a session is used to join from our own pages alone', async () => {
    const email = await newEmail();
    const first = await invited(email, 'viewer', 'globex');
    const cookie = cookieOf(await accept(server, first.token));
    const { token } = await invited(email);
    const body = { token };
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const headers = { cookie, ...(origin !== undefined && { origin }) };
      const answer = await server.call('POST', '/v1/invitations/accept', {
        key: null,
        headers,
        body,
      });
      expectProblem(answer, 'FOREIGN_ORIGIN');
    }
    const stranger = await server.call('POST', '/v1/invitations/accept', {
      key: null,
      headers: { origin: 'https://evil.example' },
      body: { token, name: 'Eve', password: PASSWORD },
    });
    expectProblem(stranger, 'FOREIGN_ORIGIN');
    await expectStatus(200, accept(server, token, { cookie }));
  });

  test('expired ones are kept for 30 days, then forgotten', async () => {
    const { id } = await invited(await newEmail());
    const isThere = async () => {
      await forgetInvitations(server.claviger);
      const { body } = await server.call('GET', `${PATH}?limit=200`);
      return body.data.some((one: { id: string }) => one.id === id);
    };
    await advance(37 * DAY_MS - 1);
    expect(await isThere()).toBe(true);
    await advance(1);
    expect(await isThere()).toBe(false);
  });
});

test('guessing at tokens is limited for each address, and a valid one costs nothing', async () => {
  await using server = await startTestServer({ env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' } });
  await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  const token = tokenOf(await invite(server, 'grace@example.com', 'viewer'));
  const from = anotherAddress();
  const look = (guess: string, headers = from) =>
    server.call('POST', '/v1/invitations/preview', { key: null, headers, body: { token: guess } });
  for (let count = 0; count < 40; count += 1) await expectStatus(200, look(token));
  const statuses: number[] = [];
  for (let count = 0; count < 31; count += 1) statuses.push((await look(`x${count}`)).status);
  expect(statuses).toEqual([...Array<number>(30).fill(403), 429]);
  const limited = await look(token);
  expectProblem(limited, 'RATE_LIMITED');
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  const accepting = await server.call('POST', '/v1/invitations/accept', {
    key: null,
    headers: from,
    body: { token, name: 'Grace', password: PASSWORD },
  });
  expectProblem(accepting, 'RATE_LIMITED');
  await expectStatus(200, look(token, anotherAddress()));
});

test('an organization has at most 1,000 of them', async () => {
  await using server = await startTestServer();
  await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
  await server.claviger.storage.committer.commit(async (tx) => {
    for (let count = 0; count < 1_000; count += 1) {
      const id = `inv_${String(count).padStart(22, '0')}`;
      await tx.putInvitation({
        id,
        organizationId: 'acme',
        email: `${count}@example.com`,
        role: 'viewer',
        tokenHash: id,
        createdBy: { type: 'system', id: 'test' },
        createdAt: 0,
        expiresAt: server.clock.now() + DAY_MS,
      });
    }
    return { result: {}, events: [], changes: [] };
  });
  const body = { email: 'grace@example.com', role: 'viewer' };
  expectProblem(await server.call('POST', PATH, { body }), 'INVITATION_LIMIT_REACHED');
  await expectStatus(200, server.call('DELETE', `${PATH}/inv_${'0'.repeat(22)}`));
  await expectStatus(201, server.call('POST', PATH, { body }));
});
