import { hash, sign } from 'node:crypto';
import { readConfig } from '@claviger/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateToken } from '../../core/src/tokens/generate-token.ts';
import { auditOf, expectSoundAudit } from './harness/audit.ts';
import { expectFaults, expectProblem } from './harness/expect-problem.ts';
import { createTestKey, defineApi, exampleApi, expectStatus, verify } from './harness/fixtures.ts';
import {
  sendAsGithub,
  signatureHeaders,
  signingKey,
  startGithub,
  type Github,
} from './harness/github.ts';
import { actionsOf, BEHIND_PROXY, stranger } from './harness/leaks.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const current = signingKey('f9525bf080f75b3506ca1ead061add62b8633a346606dc5fe544e29231c6ee0d');
const before = signingKey('90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a');
const stolen = signingKey('bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c');
const unknownToken = () => generateToken({ prefix: 'int', length: 48 }, 'production');

const match = (token: string, fields: object = {}) => ({
  token,
  type: 'interact_api_key',
  url: 'https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/a.env',
  source: 'content',
  ...fields,
});

describe.each(['sqlite', 'postgres'] as const)('reports from GitHub on %s', (database) => {
  let server: TestServer;
  let github: Github;

  beforeAll(async () => {
    github = await startGithub(current, before);
    const env = { ...BEHIND_PROXY, CLAVIGER_GITHUB_KEYS_URL: github.keysUrl };
    server = await startTestServer({ database, env });
    await defineApi(server, 'interact');
    const body = { ...exampleApi('interact'), onLeak: { action: 'revoke' } };
    await expectStatus(200, server.call('PUT', '/v1/apis/interact', { body }));
    await defineApi(server, 'agentsgt');
  });
  afterAll(async () => {
    await expectSoundAudit(server);
    await server.stop();
    await github[Symbol.asyncDispose]();
  });

  test('are dealt with when they are answered, with the feedback that GitHub takes', async () => {
    const { key, secret } = await createTestKey(server);
    const pair = await createTestKey(server, {
      apiId: 'agentsgt',
      kind: 'pair',
      preset: 'full-access',
    });
    const unknown = unknownToken();
    const found = [
      match(secret),
      match(unknown, { url: '', source: null }),
      match(pair.publicKey, { url: null }),
      match(secret, { source: 'commit', more: 'of what is to come' }),
    ];

    const events = await auditOf(server, async () => {
      const { body } = await expectStatus(200, sendAsGithub(server, current, found));
      expect(body).toEqual(
        [secret, unknown, pair.publicKey, secret].map((token) => ({
          token_hash: hash('sha256', token),
          token_type: 'interact_api_key',
          label: token === secret ? 'true_positive' : 'false_positive',
        })),
      );
    });

    expect(actionsOf(events)).toEqual(['key.leak_reported: revoke', 'key.revoked']);
    expect(events[0]).toMatchObject({
      target: { type: 'key', id: key.id },
      after: {
        reporter: 'github',
        source: expect.stringMatching(/^GitHub \((?:content|commit)\)$/),
        url: match(secret).url,
        note: null,
        secretId: key.secrets[0].id,
      },
    });
    expect((await verify(server, secret)).code).toBe('REVOKED');
    expect((await server.call('GET', `/v1/keys/${key.id}`)).body.revokedReason).toMatch(
      /^Leaked: GitHub \((?:content|commit)\)$/,
    );
  });

  test('sent again do no harm', async () => {
    const { secret } = await createTestKey(server);
    const send = () => expectStatus(200, sendAsGithub(server, before, [match(secret)]));
    const first = await send();
    const events = await auditOf(server, async () => {
      expect((await send()).text).toBe(first.text);
    });
    expect(events).toEqual([]);
  });

  test('come in thousands', async () => {
    const { secret } = await createTestKey(server);
    const tokens = [...Array.from({ length: 2_000 }, unknownToken), secret];
    const message = tokens.map((token) => match(token));
    const { body } = await expectStatus(200, sendAsGithub(server, current, message));
    expect(body.map(({ label }: { label: string }) => label)).toEqual([
      ...Array.from({ length: 2_000 }, () => 'false_positive'),
      'true_positive',
    ]);
  });

  test('may name an address that is none, which is not recorded', async () => {
    const { secret } = await createTestKey(server);
    const events = await auditOf(server, () =>
      sendAsGithub(server, current, [match(secret, { url: 'javascript:alert(1)', source: '<b>' })]),
    );
    expect(events[0].after).toMatchObject({ source: 'GitHub', url: null });
  });

  describe('are refused, and nothing is done,', () => {
    const refused = async (act: (message: object[]) => Promise<unknown>) => {
      const { secret } = await createTestKey(server);
      expect(await auditOf(server, () => act([match(secret)]))).toEqual([]);
      expect((await verify(server, secret)).code).toBe('VALID');
    };

    test('when another key has signed', async () => {
      await refused(async (message) => {
        const sent = { identifier: current.identifier };
        expectProblem(await sendAsGithub(server, stolen, message, sent), 'SIGNATURE_NOT_VALID', {
          detail:
            'Github-Public-Key-Signature is not the signature of this body by the key that Github-Public-Key-Identifier names.',
        });
      });
    });

    test('when the key is none of GitHub’s', async () => {
      await refused(async (message) => {
        expectProblem(await sendAsGithub(server, stolen, message), 'SIGNATURE_NOT_VALID', {
          detail: 'Github-Public-Key-Identifier names none of the keys that GitHub publishes.',
        });
      });
    });

    test('when the body is another, be it by a space', async () => {
      await refused(async (message) => {
        const signed = `${JSON.stringify(message)} `;
        const answer = await sendAsGithub(server, current, message, { signed });
        expectProblem(answer, 'SIGNATURE_NOT_VALID');
      });
    });

    test('when the signature is over another hash', async () => {
      await refused(async (message) => {
        const signature = sign('sha384', Buffer.from(JSON.stringify(message)), current.privateKey);
        const headers = { 'github-public-key-signature': signature.toString('base64') };
        const answer = await sendAsGithub(server, current, message, { headers });
        expectProblem(answer, 'SIGNATURE_NOT_VALID');
      });
    });

    test('when the headers are missing or malformed', async () => {
      await refused(async (message) => {
        const path = '/v1/leaks/github';
        expectFaults(
          await server.call('POST', path, { key: null, body: message }),
          { pointer: '/header/github-public-key-identifier', message: 'is required' },
          { pointer: '/header/github-public-key-signature', message: 'is required' },
        );
        const headers = { 'github-public-key-signature': 'no signature!' };
        expectFaults(await sendAsGithub(server, current, message, { headers }), {
          pointer: '/header/github-public-key-signature',
          message: 'must be a signature in base64',
        });
      });
    });

    test('when the body is not of their form', async () => {
      const signed = '[]';
      expectProblem(
        await sendAsGithub(server, current, '{ no JSON', { signed }),
        'SIGNATURE_NOT_VALID',
      );
      expectFaults(await sendAsGithub(server, current, {}), {
        pointer: '',
        message: 'must be an array',
      });
      expectFaults(await sendAsGithub(server, current, [{ token: 'x' }]), {
        pointer: '/0/type',
        message: 'is required',
      });
      expectProblem(await sendAsGithub(server, current, '['), 'MALFORMED_JSON');
    });
  });
});

describe('the keys of GitHub', () => {
  const withGithub = async (act: (server: TestServer, github: Github) => Promise<void>) => {
    await using github = await startGithub(current);
    const env = { ...BEHIND_PROXY, CLAVIGER_GITHUB_KEYS_URL: github.keysUrl };
    await using server = await startTestServer({ env });
    await act(server, github);
  };
  const send = async (server: TestServer, key = current) =>
    (await sendAsGithub(server, key, [], { headers: stranger() })).status;

  test('are read when they are needed, and again for one that is not known, once a minute', () =>
    withGithub(async (server, github) => {
      expect(github.asked()).toBe(0);
      expect(await Promise.all([send(server), send(server), send(server)])).toEqual([
        200, 200, 200,
      ]);
      expect(github.asked()).toBe(1);

      github.publish(before);
      expect(await send(server, before)).toBe(400);
      await server.advance(MINUTE_MS - 1);
      expect(await send(server, before)).toBe(400);
      expect(github.asked()).toBe(1);
      await server.advance(1);
      expect(await send(server, before)).toBe(200);
      expect(github.asked()).toBe(2);
      // It was withdrawn.
      expect(await send(server, current)).toBe(400);
    }));

  test('are believed for a day', () =>
    withGithub(async (server, github) => {
      expect(await send(server)).toBe(200);
      github.publish(before);
      await server.advance(DAY_MS - 1);
      expect(await send(server)).toBe(200);
      await server.advance(1);
      expect(await send(server)).toBe(400);
      expect(github.asked()).toBe(2);
    }));

  test.each<[string, Parameters<Github['answerWith']>[0]]>([
    ['an error', (response) => response.writeHead(500).end('{}')],
    ['no JSON', (response) => response.end('<html>')],
    ['other JSON', (response) => response.end('{"keys":[]}')],
    ['another address', (response) => response.writeHead(302, { location: '/other' }).end()],
    ['without end', (response) => response.end('x'.repeat(300_000))],
    ['nothing', (response) => response.destroy()],
  ])('that come as %s make the message wait', (_, answer) =>
    withGithub(async (server, github) => {
      github.answerWith(answer);
      const answered = await sendAsGithub(server, current, []);
      expectProblem(answered, 'SIGNATURE_KEYS_UNAVAILABLE');
      expect(answered.headers.get('retry-after')).toMatch(/^[1-5]$/);
      github.answerWith(null);
      expect(await send(server)).toBe(503);
      expect(github.asked()).toBe(1);
      await server.advance(MINUTE_MS);
      expect(await send(server)).toBe(200);
    }),
  );

  test('that were read last serve while their address is away', () =>
    withGithub(async (server, github) => {
      expect(await send(server)).toBe(200);
      github.answerWith((response) => response.destroy());
      await server.advance(MINUTE_MS);
      expect(await send(server, before)).toBe(503);
      expect(await send(server)).toBe(200);
    }));

  test('of another kind than P-256 are not used', () =>
    withGithub(async (server, github) => {
      const strong = signingKey('strong', 'P-384');
      const broken = { ...before, pem: 'no key' };
      github.publish(current, strong, broken);
      expect(await send(server)).toBe(200);
      const signature = signatureHeaders(strong, '[]')['github-public-key-signature'];
      // Longer than a signature of P-256 can be.
      expect(signature.length).toBeGreaterThan(98);
      const headers = {
        'github-public-key-signature': signatureHeaders(current, '[]')[
          'github-public-key-signature'
        ],
      };
      expectProblem(await sendAsGithub(server, strong, [], { headers }), 'SIGNATURE_NOT_VALID', {
        detail: /names none of the keys/,
      });
      await server.advance(MINUTE_MS);
      expect(await send(server, before)).toBe(400);
    }));

  test('who does not sign with one is heard 60 times a minute', () =>
    withGithub(async (server) => {
      const headers = stranger();
      const unproven = () => sendAsGithub(server, stolen, [], { headers });
      for (let time = 0; time < 60; time++) expect((await unproven()).status).toBe(400);
      const refused = await unproven();
      expectProblem(refused, 'RATE_LIMITED');
      expect(refused.headers.get('retry-after')).toBe('60');
      expect(await send(server)).toBe(200);
      await server.advance(MINUTE_MS);
      // Who does is not counted.
      for (let time = 0; time < 70; time++) {
        expect((await sendAsGithub(server, current, [], { headers })).status).toBe(200);
      }
    }));

  test('come from an address that nobody can answer for', () => {
    const read = (CLAVIGER_GITHUB_KEYS_URL: string) =>
      readConfig({ CLAVIGER_GITHUB_KEYS_URL }).githubKeysUrl;
    expect(readConfig({}).githubKeysUrl).toBe(
      'https://api.github.com/meta/public_keys/secret_scanning',
    );
    expect(read('https://mirror.example.com/keys')).toBe('https://mirror.example.com/keys');
    expect(read('http://localhost:4000/keys')).toBe('http://localhost:4000/keys');
    expect(read('off')).toBeNull();
    const refused = ['http://example.com/keys', 'ftp://x.example', 'no', 'https://a:b@x.example'];
    for (const url of refused) {
      expect(() => read(url)).toThrow(
        'CLAVIGER_GITHUB_KEYS_URL must be an https address, or off to take no reports from GitHub',
      );
    }
  });

  test('are not asked for where the operator has switched it off', async () => {
    await using server = await startTestServer({ env: { CLAVIGER_GITHUB_KEYS_URL: 'off' } });
    expectProblem(await sendAsGithub(server, current, []), 'ROUTE_NOT_FOUND', {
      detail: 'This server takes no reports from GitHub: CLAVIGER_GITHUB_KEYS_URL is off.',
    });
  });
});
