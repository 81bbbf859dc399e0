import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint, type Checkpoint } from '@claviger/core';
import { readConfig } from '@claviger/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditEvents } from './harness/audit.ts';
import { defineApi, createTestKey } from './harness/fixtures.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './harness/test-server.ts';

const DAY_MS = 86_400_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claviger-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The server looks every second whether a checkpoint is due. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 10_000 });

/** The key pair of a server whose key was made for it. */
function aSigningKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const path = join(folder, 'audit.key');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { path, publicKey };
}

const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];

describe.each(['sqlite', 'postgres'] as const)('checkpoints in a file, on %s', (database) => {
  test('are made at the start, after so many events, once a day and when the server stops', async () => {
    const { path: key, publicKey } = aSigningKey();
    const path = join(folder, 'checkpoints.ndjson');
    const env = {
      CLAVIGER_AUDIT_CHECKPOINTS: `file:${path}`,
      CLAVIGER_AUDIT_CHECKPOINT_EVERY: '4',
      CLAVIGER_AUDIT_SIGNING_KEY_FILE: key,
    };
    const server = await startTestServer({ database, env });
    const { instance } = await server.claviger.storage.audit.end();
    const sequences = () => linesOf(path).map((line) => (JSON.parse(line) as Checkpoint).sequence);
    await eventually(sequences).toEqual([3]);

    await defineApi(server, 'interact');
    await createTestKey(server);
    await createTestKey(server);
    await eventually(sequences).toEqual([3, 7]);
    await createTestKey(server);
    await server.advance(DAY_MS);
    await eventually(sequences).toEqual([3, 7, 8]);
    await createTestKey(server);
    const events = await auditEvents(server);
    const { text } = await server.call('GET', '/metrics', { key: null });
    expect(text).toMatch(/^claviger_audit_checkpoint_position 8$/m);
    expect(text).toMatch(/^claviger_audit_checkpoint_failures_total 0$/m);
    await server.stop();

    expect(sequences()).toEqual([3, 7, 8, 9]);
    for (const line of linesOf(path)) {
      const checkpoint = readCheckpoint(line, [publicKey]) as Checkpoint;
      expect(checkpoint).toMatchObject({
        instance,
        hash: events[checkpoint.sequence - 1].hash,
      });
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('a file of checkpoints', () => {
  const fileServer = (path: string, more: TestServerOptions['env'] = {}) =>
    startTestServer({ env: { CLAVIGER_AUDIT_CHECKPOINTS: `file:${path}`, ...more } });

  test('is signed with a key that the first start makes beside the SQLite database', async () => {
    const path = join(folder, 'checkpoints.ndjson');
    const server = await fileServer(path);
    await eventually(() => linesOf(path).length).toBe(1);
    const keyFile = join(server.folder, 'claviger.audit-key');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const publicKey = createPublicKey(readFileSync(keyFile));
    expect(readCheckpoint(linesOf(path)[0]!, [publicKey])).toMatchObject({ sequence: 3 });
    await server.stop();
    // Nothing was added since.
    expect(linesOf(path)).toHaveLength(1);
  });

  test('is added to, also behind a line that a crash cut off', async () => {
    const path = join(folder, 'checkpoints.ndjson');
    const { path: key, publicKey } = aSigningKey();
    appendFileSync(path, 'kept\n{"version":1,"inst');
    const server = await fileServer(path, { CLAVIGER_AUDIT_SIGNING_KEY_FILE: key });
    await eventually(() => linesOf(path).length).toBe(3);
    await server.stop();
    const [first, second, third] = linesOf(path);
    expect([first, second]).toEqual(['kept', '{"version":1,"inst']);
    expect(readCheckpoint(third!, [publicKey])).toMatchObject({ sequence: 3 });
  });

  test('that cannot be written is said, counted and tried again, and holds nothing up', async () => {
    const [there, away] = [join(folder, 'there'), join(folder, 'away')];
    mkdirSync(there);
    const path = join(there, 'checkpoints.ndjson');
    const server = await fileServer(path, { CLAVIGER_AUDIT_CHECKPOINT_EVERY: '1' });
    const metrics = async () => (await server.call('GET', '/metrics', { key: null })).text;
    await eventually(() => linesOf(path).length).toBe(1);
    renameSync(there, away);
    await defineApi(server, 'interact');
    await createTestKey(server);
    await eventually(metrics).toMatch(/^claviger_audit_checkpoint_failures_total [1-9]\d*$/m);
    expect(server.logLines.join('')).toContain('an audit checkpoint could not be kept');

    renameSync(away, there);
    await server.advance(3_600_000);
    await eventually(() => linesOf(path).length).toBeGreaterThan(1);
    await eventually(() => server.logLines.join('')).toContain('audit checkpoints are kept again');
    expect(await metrics()).toMatch(/^claviger_audit_checkpoint_position 6$/m);
    await server.stop();
  });

  test('that could never be written is refused at the start', async () => {
    await expect(fileServer(join(folder, 'nowhere', 'checkpoints.ndjson'))).rejects.toThrow(
      /CLAVIGER_AUDIT_CHECKPOINTS cannot be written: ENOENT.*Name a file in a folder that exists/,
    );
  });

  test('that holds the checkpoints of another database is left as it is, and refused at the start', async () => {
    const path = join(folder, 'checkpoints.ndjson');
    const { path: key } = aSigningKey();
    const first = await fileServer(path, { CLAVIGER_AUDIT_SIGNING_KEY_FILE: key });
    await eventually(() => linesOf(path).length).toBe(1);
    const { instance } = await first.claviger.storage.audit.end();
    await first.stop();
    appendFileSync(path, '{"version":1,"inst');
    const before = readFileSync(path, 'utf8');
    await expect(fileServer(path, { CLAVIGER_AUDIT_SIGNING_KEY_FILE: key })).rejects.toThrow(
      `CLAVIGER_AUDIT_CHECKPOINTS names ${path}, which holds checkpoints of another database (instance ${instance};`,
    );
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('that has checkpoints is not continued with a new key', async () => {
    const path = join(folder, 'checkpoints.ndjson');
    appendFileSync(path, 'kept\n');
    await expect(fileServer(path)).rejects.toThrow(/signing key .* is missing\. Restore it/);
    expect(linesOf(path)).toEqual(['kept']);
  });
});

describe('checkpoints that are sent', () => {
  let receiver: Server;
  let received: { readonly type: string | undefined; readonly body: string }[];
  let status: number;
  let server: TestServer;

  beforeEach(async () => {
    received = [];
    status = 204;
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ type: request.headers['content-type'], body });
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(() => {
    receiver.close();
  });

  const start = async () => {
    const { port } = receiver.address() as AddressInfo;
    const { path: key, publicKey } = aSigningKey();
    server = await startTestServer({
      env: {
        CLAVIGER_AUDIT_CHECKPOINTS: `http://127.0.0.1:${port}/inbox?token=hush`,
        CLAVIGER_AUDIT_SIGNING_KEY_FILE: key,
      },
    });
    return publicKey;
  };

  test('arrive as one line each', async () => {
    const publicKey = await start();
    await eventually(() => received.length).toBe(1);
    await server.call('PUT', '/v1/organizations/acme', { body: { name: 'Acme' } });
    await server.stop();
    expect(received.map(({ type }) => type)).toEqual(Array(2).fill('application/x-ndjson'));
    expect(received.map(({ body }) => readCheckpoint(body.trimEnd(), [publicKey]))).toMatchObject([
      { sequence: 3 },
      { sequence: 4 },
    ]);
    expect(received.every(({ body }) => body.indexOf('\n') === body.length - 1)).toBe(true);
  });

  test.each([500, 302])('are sent again after %i, which is not followed', async (refusal) => {
    status = refusal;
    await start();
    await eventually(() => server.logLines.join('')).toContain(`answered ${refusal}`);
    expect(received).toHaveLength(1);
    status = 200;
    await server.advance(1_000);
    await eventually(() => server.logLines.join('')).toContain('are kept again');
    expect(received).toHaveLength(2);
    await server.stop();
    expect(server.logLines.join('')).not.toContain('hush');
  });

  test('do not keep a server from stopping when nobody takes them', async () => {
    status = 503;
    await start();
    await eventually(() => received.length).toBe(1);
    await server.stop();
    expect(received).toHaveLength(2);
  });
});

describe('the settings of checkpoints', () => {
  const audit = (env: Record<string, string>) => readConfig(env).audit;

  test('are none unless they are given', () => {
    expect(audit({})).toEqual({ checkpoints: null, checkpointEvery: 1_000, signingKeyFile: null });
  });

  test.each([
    ['file:/var/log/claviger/checkpoints.ndjson', 'file'],
    ['https://audit.example.com/in?token=x', 'url'],
    ['http://localhost:9000/', 'url'],
    ['http://127.0.0.1:9000/in', 'url'],
    ['http://[::1]:9000/in', 'url'],
  ])('may be %s', (value, type) => {
    expect(audit({ CLAVIGER_AUDIT_CHECKPOINTS: value }).checkpoints).toMatchObject({ type });
  });

  test.each([
    'http://audit.example.com/in',
    'http://127.0.0.1.example.com/in',
    'https://user:password@audit.example.com/in',
    'https://audit.example.com/in#part',
    'ftp://audit.example.com/in',
    '/var/log/checkpoints',
    'file:',
  ])('may not be %s', (value) => {
    expect(() => audit({ CLAVIGER_AUDIT_CHECKPOINTS: value })).toThrow(
      /CLAVIGER_AUDIT_CHECKPOINTS must be file:<path> or an https address/,
    );
  });

  test.each(['0', '1000001', '2.5', 'often'])('may not be every %s events', (value) => {
    expect(() => audit({ CLAVIGER_AUDIT_CHECKPOINT_EVERY: value })).toThrow(
      'The configuration is not valid:\n  - CLAVIGER_AUDIT_CHECKPOINT_EVERY must be a whole number, 1 to 1000000',
    );
  });

  test('ask for a signing key with PostgreSQL', () => {
    const env = {
      CLAVIGER_DATABASE_URL: 'postgres://127.0.0.1/claviger',
      CLAVIGER_PEPPERS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
      CLAVIGER_AUDIT_CHECKPOINTS: 'file:checkpoints.ndjson',
    };
    expect(() => audit(env)).toThrow(/CLAVIGER_AUDIT_SIGNING_KEY_FILE must be set .* openssl/);
    expect(audit({ ...env, CLAVIGER_AUDIT_SIGNING_KEY_FILE: 'audit.key' })).toMatchObject({
      signingKeyFile: 'audit.key',
    });
  });

  test.each([
    ['missing', null],
    ['no key', 'nonsense'],
    ['of another kind', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ])('name the signing key that is %s, and how to make one', async (_, key) => {
    const path = join(folder, 'other.key');
    if (typeof key === 'string') writeFileSync(path, key);
    else if (key !== null) writeFileSync(path, key.export({ type: 'pkcs8', format: 'pem' }));
    const env = {
      CLAVIGER_AUDIT_CHECKPOINTS: `file:${join(folder, 'checkpoints.ndjson')}`,
      CLAVIGER_AUDIT_SIGNING_KEY_FILE: path,
    };
    await expect(startTestServer({ env })).rejects.toThrow(
      /The audit signing key .*other\.key is .*openssl genpkey -algorithm ed25519 -out/,
    );
  });
});
