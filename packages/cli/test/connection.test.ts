import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claviger, startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

describe('the key', () => {
  test('is asked for when there is none, and an empty variable counts as none', async () => {
    for (const env of [{}, { CLAVIGER_ROOT_KEY: '' }]) {
      const { code, stderr } = await claviger(words`keys list`, env);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'A root key is needed. Set CLAVIGER_ROOT_KEY, or give --key-file <file>',
      );
    }
  });

  test('is read from a file or standard input, which win over the variable', async () => {
    const env = { CLAVIGER_URL: server.url, CLAVIGER_ROOT_KEY: 'clv_wrong' };
    writeFileSync(server.path('root.key'), `${server.rootKey}\n`);
    const fromFile = await claviger(words`me --json --key-file ${server.path('root.key')}`, env);
    expect(fromFile.code, fromFile.stderr).toBe(0);
    expect((await claviger(words`me --json --key-file -`, env, server.rootKey)).code).toBe(0);
    const missing = await claviger(words`me --key-file ${server.path('no.key')}`, env);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no such file'),
    });
    writeFileSync(server.path('two.key'), 'two words');
    const two = await claviger(words`me --key-file ${server.path('two.key')}`, env);
    expect(two).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a key is one word of ASCII'),
    });
  });

  test('that is refused is said to come from where it came from', async () => {
    const env = { CLAVIGER_URL: server.url, CLAVIGER_ROOT_KEY: 'clv_wrong' };
    const { code, stderr } = await claviger(words`me`, env);
    expect(code).toBe(1);
    expect(stderr).toContain('The key was read from CLAVIGER_ROOT_KEY.');
  });

  test('and the token to be verified cannot both come from standard input', async () => {
    const { code, stderr } = await claviger(
      words`verify --api interact --key-file -`,
      server.env,
      'x',
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Standard input cannot be both the root key and the key to be verified',
    );
  });
});

describe('the server', () => {
  test('is --url before CLAVIGER_URL, with or without a slash at its end', async () => {
    const env = { ...server.env, CLAVIGER_URL: 'http://127.0.0.1:9' };
    expect((await claviger(words`me --json --url ${`${server.url}/`}`, env)).code).toBe(0);
  });

  test.each([
    'keys.example.com',
    'ftp://keys.example.com',
    'https://user:hunter2@keys.example.com',
  ])('has an address: %s is none', async (url) => {
    const { code, stderr } = await claviger(words`me`, { ...server.env, CLAVIGER_URL: url });
    expect(code).toBe(2);
    expect(stderr).toContain('CLAVIGER_URL must be an http or https address');
    expect(stderr).not.toContain('hunter2');
  });

  test('that does not run is said to, with what to do', async () => {
    const gone = await listening(() => undefined);
    await new Promise((resolve) => void gone.server.close(resolve));
    const { code, stderr } = await claviger(words`me --url ${gone.url}`, server.env);
    expect(code).toBe(1);
    expect(stderr).toContain(`No server answers at ${gone.url} (ECONNREFUSED)`);
    expect(stderr).toContain('--url or CLAVIGER_URL');
  });

  test('that hangs up in the middle may have done it, and one that is none is said to be', async () => {
    const hangsUp = await listening((socket) => socket.once('data', () => socket.destroy()));
    const create = words`keys create --api interact --organization acme --name Zapier`;
    const broken = await claviger([...create, '--url', hangsUp.url], server.env);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('Whether it did what was asked is not known');
    hangsUp.server.close();

    const page = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello';
    const other = await listening((socket) => socket.once('data', () => socket.end(page)));
    const foreign = await claviger([...create, '--url', other.url], server.env);
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain(`What answers at ${other.url} is not Claviger`);
    other.server.close();
  });

  test('does not mind the settings of its clients in its own environment', async () => {
    const settings = { ...server.settings, ...server.env, CLAVIGER_PORT: 'x' };
    const { stderr } = await claviger(words`serve`, settings);
    expect(stderr).toContain('CLAVIGER_PORT must be a port');
    expect(stderr).not.toContain('is not a setting');
  });
});

async function listening(
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; url: string }> {
  const other = createServer(onConnection);
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  return { server: other, url: `http://127.0.0.1:${(other.address() as AddressInfo).port}` };
}
