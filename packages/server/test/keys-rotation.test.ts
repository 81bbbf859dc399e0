import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, expectStatus, verify, withoutUses } from './harness/fixtures.ts';
import { startTestServer, type Answer, type TestServer } from './harness/test-server.ts';

const DAY_S = 86_400;
const EVERYWHERE = { everywhere: true, at: expect.any(String), unreachable: [] };

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ database });
    await defineApi(server, 'interact');
    await defineApi(server, 'agentsgt');
  });
  afterAll(() => server.stop());

  const code = async (token: string, ask: Record<string, unknown> = {}) =>
    (await verify(server, token, ask)).code;
  const codes = (tokens: readonly string[]) => Promise.all(tokens.map((token) => code(token)));
  const read = async (id: string) => withoutUses((await server.call('GET', `/v1/keys/${id}`)).body);
  const replace = (id: string, how: string, body?: object) =>
    server.call('POST', `/v1/keys/${id}/${how}`, { body });
  const iso = (ms: number) => new Date(ms).toISOString();

  async function rotated(id: string, overlapSeconds?: number): Promise<Answer['body']> {
    const body = overlapSeconds === undefined ? {} : { overlapSeconds };
    const answer = (await expectStatus(200, replace(id, 'rotate', body))).body;
    expect(answer.effective).toEqual(EVERYWHERE);
    return { ...answer, key: withoutUses(answer.key) };
  }
  const advanceSeconds = (seconds: number) => server.advance(seconds * 1_000);

  describe('rotating', () => {
    test('gives the same key a second secret, and shows it once', async () => {
      const { key, secret: old } = await createTestKey(server, { metadata: { plan: 'pro' } });
      await advanceSeconds(10);
      const answer = await rotated(key.id, 3_600);
      expect(Object.keys(answer).toSorted()).toEqual(['effective', 'key', 'secret']);
      const { secret } = answer;
      expect(secret).toMatch(/^int_[0-9A-Za-z]{48}$/);
      expect(secret).not.toBe(old);
      const hint = `${secret.slice(0, 8)}…${secret.slice(-4)}`;
      const now = server.clock.now();
      expect(answer.key).toEqual({
        ...key,
        hint,
        updatedAt: iso(now),
        secrets: [
          {
            id: expect.stringMatching(/^sec_/),
            hint,
            createdAt: iso(now),
            expiresAt: null,
            lastUsedAt: null,
          },
          { ...key.secrets[0], expiresAt: iso(now + 3_600_000) },
        ],
      });
      expect(await read(key.id)).toEqual(answer.key);
      expect(await codes([old, secret])).toEqual(['VALID', 'VALID']);
      const [first, second] = [await verify(server, old), await verify(server, secret)];
      expect(first.secretId).toBe(key.secrets[0].id);
      expect(second.secretId).toBe(answer.key.secrets[0].id);
      expect(first.keyId).toBe(second.keyId);
    });

    test('keeps the old secret valid until, not at, the end of the overlap', async () => {
      const { key, secret: old } = await createTestKey(server);
      const { secret } = await rotated(key.id, 60);
      await server.advance(59_999);
      expect(await codes([old, secret])).toEqual(['VALID', 'VALID']);
      expect((await read(key.id)).secrets.length).toBe(2);
      await server.advance(1);
      expect(await codes([old, secret])).toEqual(['EXPIRED', 'VALID']);
      expect((await read(key.id)).secrets.length).toBe(1);
      const refused = await verify(server, old);
      expect(refused).toMatchObject({ keyId: key.id, secretId: key.secrets[0].id, status: 401 });
    });

    test('overlaps by a day when nothing is said', async () => {
      const { key } = await createTestKey(server);
      for (const body of [undefined, {}]) {
        const answer = await expectStatus(200, replace(key.id, 'rotate', body));
        const [, previous] = answer.body.key.secrets;
        expect(previous.expiresAt).toBe(iso(server.clock.now() + DAY_S * 1_000));
      }
    });

    test('with an overlap of 0 ends the old secret at once', async () => {
      const { key, secret: old } = await createTestKey(server);
      const { secret } = await rotated(key.id, 0);
      expect(await codes([old, secret])).toEqual(['REVOKED', 'VALID']);
      expect((await read(key.id)).secrets.length).toBe(1);
    });

    test('several times in a row lets each secret run to its own end', async () => {
      const { key, secret: first } = await createTestKey(server);
      const { secret: second } = await rotated(key.id, 100);
      await advanceSeconds(50);
      const { secret: third } = await rotated(key.id, 100);
      expect(await codes([first, second, third])).toEqual(['VALID', 'VALID', 'VALID']);
      await advanceSeconds(50);
      expect(await codes([first, second, third])).toEqual(['EXPIRED', 'VALID', 'VALID']);
      await advanceSeconds(50);
      expect(await codes([first, second, third])).toEqual(['EXPIRED', 'EXPIRED', 'VALID']);
    });

    test('again with a shorter overlap brings an earlier end, with a longer one no later', async () => {
      const { key, secret: first } = await createTestKey(server);
      await rotated(key.id, 100);
      const longer = await rotated(key.id, 1_000);
      const end = (secrets: Answer['body'][]) => Date.parse(secrets.at(-1).expiresAt);
      expect(end(longer.key.secrets) - server.clock.now()).toBe(100_000);
      const shorter = await rotated(key.id, 10);
      expect(end(shorter.key.secrets) - server.clock.now()).toBe(10_000);
      await advanceSeconds(10);
      expect(await code(first)).toBe('EXPIRED');
    });

    test('never makes the key live longer', async () => {
      const expiresAt = iso(server.clock.now() + 60_000);
      const { key, secret: old } = await createTestKey(server, { expiresAt });
      const answer = await rotated(key.id, 3_600);
      expect(answer.key.expiresAt).toBe(expiresAt);
      await server.advance(59_999);
      expect(await codes([old, answer.secret])).toEqual(['VALID', 'VALID']);
      await server.advance(1);
      expect(await codes([old, answer.secret])).toEqual(['EXPIRED', 'EXPIRED']);
      for (const how of ['rotate', 'regenerate']) {
        expectProblem(await replace(key.id, how), 'KEY_EXPIRED', {
          detail:
            'The key has expired, and a new secret would not change that. Give it a later expiresAt first, or create a new key.',
        });
      }
    });

    test('leaves a key that is switched off or not valid yet as it is', async () => {
      const notBefore = iso(server.clock.now() + 1_000);
      const future = await createTestKey(server, { notBefore });
      expect(await code((await rotated(future.key.id)).secret)).toBe('NOT_YET_VALID');
      const off = await createTestKey(server);
      await expectStatus(200, replace(off.key.id, 'disable'));
      expect(await code((await rotated(off.key.id)).secret)).toBe('DISABLED');
    });

    test('past ten live secrets is refused until one has ended', async () => {
      const { key, secret } = await createTestKey(server);
      const secrets = [secret];
      for (let n = 2; n <= 10; n++) secrets.push((await rotated(key.id, n * 100)).secret);
      expect(await codes(secrets)).toEqual(secrets.map(() => 'VALID'));
      expectProblem(await replace(key.id, 'rotate'), 'TOO_MANY_SECRETS', {
        detail:
          'The key has 10 live secrets. End the overlap of one with DELETE /v1/keys/{keyId}/secrets/{secretId} first, or regenerate.',
      });
      expect((await read(key.id)).secrets.length).toBe(10);
      await advanceSeconds(200);
      secrets.push((await rotated(key.id, 5_000)).secret);
      expect((await codes(secrets)).filter((each) => each === 'VALID').length).toBe(10);
      // Without an overlap there is nothing that could be too many.
      const last = await rotated(key.id, 0);
      expect(last.key.secrets.length).toBe(1);
    });

    test.each([
      [-1, 'must be at least 0'],
      [90 * DAY_S + 1, 'must be at most 7776000'],
      [1.5, 'must be a whole number'],
      ['60', 'must be a number'],
      [null, 'must be a number'],
    ])('with an overlap of %j is refused', async (overlapSeconds, message) => {
      const { key } = await createTestKey(server);
      const answer = await replace(key.id, 'rotate', { overlapSeconds });
      expectFaults(answer, { pointer: '/overlapSeconds', message });
    });

    test('at the same moment from two sides gives two secrets that both work', async () => {
      const { key, secret: old } = await createTestKey(server);
      const both = await Promise.all([rotated(key.id, 60), rotated(key.id, 60)]);
      const tokens = [old, ...both.map(({ secret }) => secret)];
      expect(new Set(tokens).size).toBe(3);
      expect(await codes(tokens)).toEqual(['VALID', 'VALID', 'VALID']);
      expect((await read(key.id)).secrets.length).toBe(3);
    });

    test('a pair changes its secret half alone', async () => {
      const fields = { apiId: 'agentsgt', kind: 'pair', preset: 'full-access' };
      const { key, secret: old, publicKey } = await createTestKey(server, fields);
      const { key: after, secret } = await rotated(key.id, 60);
      expect(after.publicKey).toBe(publicKey);
      expect(secret).toMatch(/^sk_[0-9A-Za-z]{60}$/);
      const pair = (half: string) => code(`${publicKey}:${half}`, { apiId: 'agentsgt' });
      expect([await pair(old), await pair(secret)]).toEqual(['VALID', 'VALID']);
      await advanceSeconds(60);
      expect([await pair(old), await pair(secret)]).toEqual(['EXPIRED', 'VALID']);
    });
  });

  describe('ending an overlap early', () => {
    const end = (id: string, secretId: string) =>
      server.call('DELETE', `/v1/keys/${id}/secrets/${secretId}`);

    test('ends that secret at once and no other', async () => {
      const { key, secret: first } = await createTestKey(server);
      const { secret: second } = await rotated(key.id, 3_600);
      const { key: now, secret: third } = await rotated(key.id, 3_600);
      expect(await codes([first, second, third])).toEqual(['VALID', 'VALID', 'VALID']);
      const { body } = await expectStatus(200, end(key.id, now.secrets[1].id));
      expect(body.effective).toEqual(EVERYWHERE);
      const after = withoutUses(body.key);
      expect(after.secrets).toEqual([now.secrets[0], now.secrets[2]]);
      expect(await codes([first, second, third])).toEqual(['VALID', 'REVOKED', 'VALID']);
      expect(await read(key.id)).toEqual(after);
    });

    test('is refused for the current secret', async () => {
      const { key, secret } = await createTestKey(server);
      expectProblem(await end(key.id, key.secrets[0].id), 'LAST_SECRET', {
        detail:
          'This is the key’s current secret. Rotate or regenerate the key to replace it, or revoke the key.',
      });
      expect(await code(secret)).toBe('VALID');
    });

    test('knows no secret that is over, of another key, or public', async () => {
      const { key } = await createTestKey(server);
      const other = await createTestKey(server);
      await rotated(other.key.id, 60);
      const { key: after } = await rotated(key.id, 60);
      const [, old] = after.secrets;
      await expectStatus(200, end(key.id, old.id));
      expectProblem(await end(key.id, old.id), 'SECRET_NOT_FOUND', {
        detail: `The key has no live secret "${old.id}". Read the key: its "secrets" lists those that are live.`,
      });
      expectProblem(await end(key.id, other.key.secrets[0].id), 'SECRET_NOT_FOUND');
      await advanceSeconds(60);
      expectProblem(await end(other.key.id, other.key.secrets[0].id), 'SECRET_NOT_FOUND');
    });
  });

  describe('regenerating', () => {
    test('gives the same key a new secret and ends every other at once', async () => {
      const { key, secret: first } = await createTestKey(server, { metadata: { a: 1 } });
      const { secret: second } = await rotated(key.id, 3_600);
      expect(await codes([first, second])).toEqual(['VALID', 'VALID']);
      await advanceSeconds(1);
      const { body } = await expectStatus(200, replace(key.id, 'regenerate'));
      expect(body.effective).toEqual(EVERYWHERE);
      expect(await codes([first, second, body.secret])).toEqual(['REVOKED', 'REVOKED', 'VALID']);
      expect(withoutUses(body.key)).toEqual({
        ...key,
        hint: `${body.secret.slice(0, 8)}…${body.secret.slice(-4)}`,
        updatedAt: iso(server.clock.now()),
        secrets: [
          {
            id: expect.stringMatching(/^sec_/),
            hint: body.key.hint,
            createdAt: iso(server.clock.now()),
            expiresAt: null,
            lastUsedAt: null,
          },
        ],
      });
      const refused = await verify(server, first);
      expect(refused).toMatchObject({ keyId: key.id, secretId: key.secrets[0].id });
    });

    test('does not bring back what is switched off', async () => {
      const { key } = await createTestKey(server);
      await expectStatus(200, replace(key.id, 'disable'));
      const { body } = await expectStatus(200, replace(key.id, 'regenerate'));
      expect(body.key.status).toBe('inactive');
      expect(await code(body.secret)).toBe('DISABLED');
    });

    test('takes no overlap', async () => {
      const { key } = await createTestKey(server);
      expectFaults(await replace(key.id, 'regenerate', { overlapSeconds: 60 }), {
        pointer: '/overlapSeconds',
        message: 'is not a field of this request',
      });
    });

    test('many times remembers the last twenty secrets as the key’s own', async () => {
      const { key, secret } = await createTestKey(server);
      const secrets = [secret];
      for (let n = 0; n < 22; n++) {
        await server.advance(1);
        secrets.push((await expectStatus(200, replace(key.id, 'regenerate'))).body.secret);
      }
      const expected = ['NOT_FOUND', 'NOT_FOUND', ...Array(20).fill('REVOKED'), 'VALID'];
      expect(await codes(secrets)).toEqual(expected);
    });
  });
});
