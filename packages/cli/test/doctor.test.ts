import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import { pepperFileOf as serversPepperFileOf } from '../../server/src/pepper-file.ts';
import { startBentProvider } from '../../server/test/harness/bent-provider.ts';
import { oidcEnv } from '../../server/test/harness/oidc-env.ts';
import { startReceiver } from '../../server/test/harness/receiver.ts';
import { LOOPBACK_OPENED } from '../../server/test/harness/webhooks.ts';
import { startTestServer } from '../../server/test/harness/test-server.ts';
import { pepperFileOf } from '../src/doctor/check-database.ts';
import type { ConnectionOptions } from '../src/connection.ts';
import { checkNode } from '../src/doctor/check-node.ts';
import { examine } from '../src/doctor/examine.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { claviger, startCliServer, words, type CliServer, type Env } from './harness/cli.ts';
import { temporaryFolder } from './harness/server-process.ts';

/** The public address of the server: a proxy that says who calls, or does not. */
interface Proxy extends Disposable {
  readonly url: string;
  target: string;
  forwarding: boolean;
}

async function startProxy(): Promise<Proxy> {
  const proxy = { target: '', forwarding: false };
  const server = createServer((incoming, answer) => {
    const headers = proxy.forwarding ? { 'x-forwarded-for': '203.0.113.7' } : {};
    request(proxy.target + incoming.url, { headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    }).end();
  });
  const url = await listen(server);
  return Object.assign(proxy, { url, [Symbol.dispose]: () => void server.close() });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let proxy: Proxy;
let server: CliServer;
let env: Env;

beforeAll(async () => {
  proxy = await startProxy();
  server = await startCliServer({ CLAVIGER_PUBLIC_URL: proxy.url });
  proxy.target = server.url;
  env = { ...server.settings, ...server.env };
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  proxy[Symbol.dispose]();
});

/** What the doctor finds with these settings in its environment and no other. */
async function look(settings: Env, options: ConnectionOptions = {}) {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CLAVIGER_')) vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const findings = await examine(options).finally(() => vi.unstubAllEnvs());
  return {
    text: JSON.stringify(findings),
    checks: findings.map(({ check, status }) => `${status} ${check}`),
    /** `warn: what was found`, the first of a check; undefined when all is well. */
    found: (check: string) =>
      findings
        .filter((finding) => finding.check === check && finding.status !== 'ok')
        .map(({ status, message }) => `${status}: ${message}`)[0],
    remedy: (check: string) =>
      findings.find((each) => each.check === check && each.remedy !== null)?.remedy,
  };
}

describe('all is well', () => {
  test('when it is, and every check is named', async () => {
    const keyFile = server.path('root.key');
    writeFileSync(keyFile, server.rootKey, { mode: 0o600 });
    const { code, stdout } = await claviger(words`doctor --json --key-file ${keyFile}`, env);
    expect(code).toBe(0);
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
    expect(ok).toBe(true);
    expect(checks.map(({ check, status }) => `${status} ${check}`)).toEqual([
      'ok node',
      'ok configuration',
      'ok database',
      'ok migrations',
      'ok pepper',
      'ok database-file',
      'ok pepper-file',
      'ok root-key-file',
      'ok server',
      'ok ready',
      'ok version',
      'ok clock',
      'ok root-key',
      'ok webhooks',
      'ok notices',
      'ok public-url',
    ]);
    expect(checks[0]).toEqual({
      check: 'node',
      status: 'ok',
      message: `Node ${process.versions.node}`,
      remedy: null,
    });
  });

  test('is shown as lines, each with what to do; a failure ends with 1', async () => {
    const well = await claviger(words`doctor`, env);
    expect(well.code, well.stderr).toBe(0);
    expect(well.stdout).toMatch(/^ok {4}node {11}Node \d+/);
    expect(well.stdout).toMatch(
      /^ok {4}root-key {7}"First root key" is valid; it holds preset full-access, everywhere$/m,
    );
    expect(well.stdout).toMatch(/\n\n15 ok, 0 to look at, 0 failed\n$/);
    const ill = await claviger(words`doctor --url http://127.0.0.1:1`, {
      ...env,
      CLAVIGER_PORT: 'x',
    });
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(
      /^fail {2}configuration {2}CLAVIGER_PORT must be a port, 0 to 65535\n {21}→ Correct or unset it/m,
    );
    expect(ill.stdout).toMatch(/, 2 failed\n$/);
  });

  test('an old Node is not', () => {
    expect(checkNode('20.20.2')).toMatchObject({
      status: 'fail',
      remedy: 'Install Node 24 or newer.',
    });
  });

  test('nothing is changed by looking, whether a server runs or not', async () => {
    using folder = temporaryFolder();
    await claviger(words`migrate`, folder.sqlite);
    const contents = () =>
      readdirSync(folder.path)
        .toSorted()
        .map((name) => [name, readFileSync(join(folder.path, name)).toString('base64')]);
    const before = contents();
    expect((await look(folder.sqlite)).found('database')).toBeUndefined();
    expect(contents()).toEqual(before);
    const running = new Database(join(folder.path, 'claviger.db'));
    running.exec("INSERT INTO organizations VALUES ('x', 'X', 0, 0, 0)");
    const beside = contents().filter(([name]) => !name?.endsWith('-shm'));
    expect((await look(folder.sqlite)).found('database')).toBeUndefined();
    expect(contents().filter(([name]) => !name?.endsWith('-shm'))).toEqual(beside);
    running.close();
  });
});

describe('settings', () => {
  test('that are wrong are each named', async () => {
    const { checks, text } = await look({
      ...env,
      CLAVIGER_PORT: 'x',
      CLAVIGER_PROT: '1',
    });
    expect(checks.filter((check) => check === 'fail configuration')).toHaveLength(2);
    expect(text).toContain('CLAVIGER_PORT must be a port');
    expect(text).toContain('CLAVIGER_PROT is not a setting');
    expect(checks).toContain('ok server');
  });

  test('that send the root key unencrypted to another machine are warned of', async () => {
    const { found } = await look({
      ...env,
      CLAVIGER_URL: server.url.replace('127.0.0.1', '0.0.0.0'),
    });
    expect(found('configuration')).toContain('the root key travels unencrypted');
  });
});

describe('a database', () => {
  test('that does not exist yet is not made', async () => {
    using folder = temporaryFolder();
    const { found } = await look(folder.sqlite);
    expect(found('database')).toMatch(/^warn: .+claviger\.db does not exist yet$/);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('with migrations pending is not migrated', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'claviger.db'), '', { mode: 0o600 });
    const { found, remedy } = await look(folder.sqlite);
    expect(found('migrations')).toMatch(/^warn: 0001_foundation.* pending$/);
    expect(remedy('migrations')).toContain('claviger migrate');
    expect(readFileSync(join(folder.path, 'claviger.db'))).toHaveLength(0);
  });

  test('that is newer, or none at all, fails', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'claviger.db');
    await claviger(words`migrate`, folder.sqlite);
    const database = new Database(file);
    database.exec("INSERT INTO migrations VALUES (9999, '9999_later', 'x', 0)");
    database.close();
    const newer = await look(folder.sqlite);
    expect(newer.found('database')).toMatch(/^fail: The database is newer than this program/);
    expect(newer.remedy('database')).toContain('Start the version of Claviger that wrote it');
    rmSync(file);
    writeFileSync(file, 'these are my holiday notes, keep them\n'.repeat(100));
    const notes = await look(folder.sqlite);
    expect(notes.found('database')).toMatch(
      /^fail: The database file .+ cannot be read: file is not a database$/,
    );
  });

  test('on PostgreSQL is looked at the same way', async () => {
    const pepper = `1:${Buffer.alloc(32, 1).toString('base64')}`;
    const settings = {
      CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
      CLAVIGER_PEPPERS: pepper,
    };
    expect((await look(settings)).found('migrations')).toMatch(/^warn: 0001_foundation.* pending$/);
    expect((await look(settings)).found('migrations')).toMatch(/^warn/); // the first look made nothing
    await claviger(words`migrate`, settings);
    const { checks } = await look(settings);
    expect(checks).toEqual(expect.arrayContaining(['ok database', 'ok migrations', 'ok pepper']));
    const other = `1:${Buffer.alloc(32, 2).toString('base64')}`;
    const wrong = await look({ ...settings, CLAVIGER_PEPPERS: other });
    expect(wrong.found('pepper')).toContain(
      'pepper 1 is not the one this database was written with',
    );
    const away = await look({
      ...settings,
      CLAVIGER_DATABASE_URL: 'postgres://claviger:hunter2hunter2@127.0.0.1:9/claviger',
    });
    expect(away.found('database')).toMatch(/^fail: PostgreSQL cannot be used/);
    expect(away.text).not.toContain('hunter2hunter2');
  });
});

describe('a pepper', () => {
  test('that is lost, or is none, fails', async () => {
    using folder = temporaryFolder();
    await claviger(words`migrate`, folder.sqlite);
    const file = join(folder.path, 'claviger.pepper');
    writeFileSync(file, 'what was it again');
    expect((await look(folder.sqlite)).found('pepper')).toMatch(
      /^fail: .+ it is not what a pepper file holds$/,
    );
    rmSync(file);
    const { found, remedy } = await look(folder.sqlite);
    expect(found('pepper')).toMatch(/^fail: .+claviger\.pepper is missing/);
    expect(remedy('pepper')).toContain('Restore it from its backup');
    expect(existsSync(file)).toBe(false);
  });

  test('is looked for where the server looks', () => {
    for (const path of ['data/claviger.db', 'keys.sqlite']) {
      expect(pepperFileOf(path)).toBe(serversPepperFileOf(path));
    }
  });
});

test('the provider of a single sign-on is asked whether it is the one that is meant', async () => {
  using folder = temporaryFolder();
  await using provider = await startBentProvider();
  const settings = { ...folder.sqlite, ...oidcEnv(provider) };
  expect((await look(settings)).checks).toContain('ok single-sign-on');
  provider.callsItself = 'https://login.example.com';
  const other = await look(settings);
  expect(other.found('single-sign-on')).toContain('calls itself https://login.example.com');
  expect(other.text).not.toContain(provider.clientSecret);
  const wrong = { ...settings, CLAVIGER_OIDC_ISSUER: `${provider.issuer}/nowhere` };
  expect((await look(wrong)).found('single-sign-on')).toMatch(/HTTP 404$/);
  await provider.stop();
  expect((await look(settings)).found('single-sign-on')).toMatch(/nothing answers \(\w+\)$/);
});

test('files that others can read are named, those with secrets as failures', async () => {
  using folder = temporaryFolder();
  await claviger(words`migrate`, folder.sqlite);
  const rootKeyFile = join(folder.path, 'root.key');
  writeFileSync(rootKeyFile, 'clv_x');
  chmodSync(rootKeyFile, 0o640);
  chmodSync(join(folder.path, 'claviger.pepper'), 0o604);
  chmodSync(join(folder.path, 'claviger.db'), 0o644);
  writeFileSync(join(folder.path, 'claviger.audit-key'), 'x');
  chmodSync(join(folder.path, 'claviger.audit-key'), 0o644);
  const { found, remedy } = await look({
    ...folder.sqlite,
    CLAVIGER_ROOT_KEY_FILE: rootKeyFile,
  });
  expect(found('root-key-file')).toMatch(/^fail: .+ \(mode 0640\)$/);
  expect(found('pepper-file')).toMatch(/^fail: .+ \(mode 0604\)$/);
  expect(found('database-file')).toMatch(/^warn: .+ \(mode 0644\)$/);
  expect(found('audit-key-file')).toMatch(/^fail: .+ \(mode 0644\)$/);
  expect(remedy('pepper-file')).toMatch(/^chmod 600 /);
});

/** Answers as a Claviger of another version and time that cannot work. */
async function startOther(metrics = ''): Promise<{ url: string; close(): void }> {
  const other = createServer((incoming, answer) => {
    answer.setHeader('date', new Date(Date.now() - 60_000).toUTCString());
    const bodies: Record<string, [number, unknown]> = {
      '/health/live': [200, { status: 'alive' }],
      '/health/ready': [503, { status: 'unready', database: 'unreachable', draining: false }],
      '/openapi.json': [200, { info: { version: '9.9.9' }, servers: [] }],
    };
    const [status, body] = bodies[incoming.url ?? ''] ?? [404, {}];
    if (incoming.url === '/metrics') return void answer.end(metrics);
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return { url: await listen(other), close: () => void other.close() };
}

describe('a server', () => {
  test('of another version and time that is not ready is said to be all that', async () => {
    const other = await startOther();
    const { found } = await look({ ...server.settings, CLAVIGER_URL: other.url });
    expect(found('ready')).toMatch(/^fail: it is not ready: it cannot reach its database/);
    expect(found('version')).toMatch(/^warn: the server is 9\.9\.9, the command line \d/);
    expect(found('clock')).toMatch(
      /^warn: the server’s clock is (?:59|60|61) seconds behind this one$/,
    );
    other.close();
  });

  test('that is not there, or is not Claviger, fails, and what rests on it is left out', async () => {
    const other = await startOther();
    const foreign = await look({ ...env, CLAVIGER_URL: `${other.url}/elsewhere` });
    expect(foreign.found('server')).toMatch(
      /^fail: what answers at .+ is not Claviger \(HTTP 404\)$/,
    );
    other.close();
    const gone = await look({ ...env, CLAVIGER_URL: other.url });
    expect(gone.found('server')).toMatch(/^fail: nothing answers at .+ \(ECONNREFUSED\)$/);
    expect(gone.remedy('server')).toContain('claviger serve');
    expect(gone.checks).not.toContain('fail root-key');
  });
});

describe('webhooks', () => {
  test('that fail, or were switched off for it, are named by their ids', async () => {
    const receiver = await startReceiver();
    await using running = await startCliServer(LOOPBACK_OPENED);
    const ids: string[] = [];
    for (const status of [200, 500, 410]) {
      receiver.answer(status);
      const body = { url: `${receiver.url}?hush` };
      const { id } = (await running.call('POST', '/v1/webhooks', body)).body.webhook;
      await running.run(words`webhooks test ${id}`);
      ids.push(id);
    }
    await receiver.close();
    const findings = await look({ ...running.settings, ...running.env });
    const messages = (JSON.parse(findings.text) as Finding[])
      .filter(({ check }) => check === 'webhooks')
      .map(({ status, message }) => `${status}: ${message}`);
    expect(messages).toHaveLength(2);
    expect(messages).toContainEqual(expect.stringMatching(`^warn: ${ids[1]} is failing; that beg`));
    expect(messages).toContainEqual(
      expect.stringMatching(`^warn: ${ids[2]} was switched off by itself: `),
    );
    expect(findings.text).not.toContain('hush');
  });

  test('whose notices wait for long are warned of', async () => {
    const other = await startOther('claviger_notice_lag_seconds 600.5');
    const { found } = await look({ ...server.settings, CLAVIGER_URL: other.url });
    expect(found('notices')).toBe(
      'warn: the oldest delivery that is due has been waiting for 10 minutes',
    );
    other.close();
  });
});

describe('audit checkpoints', () => {
  test('are looked for in their file: that it can be written, whose it is and who signed it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'checkpoints.ndjson');
    const checkpoints = { CLAVIGER_AUDIT_CHECKPOINTS: `file:${path}` };
    await claviger(words`migrate`, folder.sqlite);
    expect((await look({ ...folder.sqlite, ...checkpoints })).checks).toContain(
      'ok audit-checkpoints',
    );
    expect(existsSync(path)).toBe(false);

    await using running = await startCliServer(checkpoints);
    const found = async (settings: Env) => (await look(settings)).found('audit-checkpoints');
    const text = () => (existsSync(path) ? readFileSync(path, 'utf8') : '');
    await expect.poll(text, { timeout: 10_000 }).toMatch(/\n$/);
    expect(await found(running.settings)).toBeUndefined();
    expect(await found({ ...folder.sqlite, ...checkpoints })).toBe(
      `fail: ${path} holds checkpoints of another database`,
    );
    const forged = { ...JSON.parse(text()), sequence: 4_711 };
    appendFileSync(path, `${JSON.stringify(forged)}\n`);
    expect(await found(running.settings)).toBe(
      `fail: the last checkpoint in ${path} was changed: its signature is not that of what stands there`,
    );
    writeFileSync(path, 'mine');
    expect(await found(running.settings)).toBe(`warn: ${path} does not end in a checkpoint`);
    const elsewhere = `file:${join(folder.path, 'none', 'checkpoints.ndjson')}`;
    expect(await found({ ...folder.sqlite, CLAVIGER_AUDIT_CHECKPOINTS: elsewhere })).toMatch(
      /^fail: .+ cannot be written \(ENOENT\)$/,
    );
  });
});

describe('a root key', () => {
  const withKey = (key: string) => look({ ...env, CLAVIGER_ROOT_KEY: key });

  test('that is missing, unknown, or a key of another API is said to be', async () => {
    expect((await withKey('')).found('root-key')).toMatch(/^warn: none is given/);
    expect((await withKey('clv_unknown')).found('root-key')).toMatch(
      /^fail: This key is not known here/,
    );
    const { secret } = await server.createKey();
    expect((await withKey(secret)).found('root-key')).toBe(
      'fail: "Production scheduler" is a key of the API "interact", not a root key',
    );
  });

  test('that ends soon is warned of', async () => {
    const { secret } = await server.json(words`root-keys create --name Short --expires 3d`);
    expect((await withKey(secret)).found('root-key-expiry')).toMatch(/^warn: it expires in 3 days/);
  });
});

describe('the public address', () => {
  test('where nothing answers fails; one that the server does not share is warned of', async () => {
    const { found } = await look({ ...env, CLAVIGER_PUBLIC_URL: 'http://127.0.0.1:1' });
    expect(found('public-url')).toContain('the server says');
    const { checks } = await look({ ...env, CLAVIGER_PUBLIC_URL: 'http://127.0.0.1:1' });
    expect(checks).toContain('fail public-url');
  });

  test('with a proxy in front that is not trusted is warned of', async () => {
    proxy.forwarding = true;
    const { found, remedy } = await look(env);
    proxy.forwarding = false;
    expect(found('proxy')).toContain('every caller is recorded under the proxy’s address');
    expect(remedy('proxy')).toContain('CLAVIGER_TRUSTED_PROXIES');
  });
});

describe('readiness', () => {
  test('warns of a proxy that is not trusted, and is as before otherwise', async () => {
    const ready = { status: 'ready', database: 'ok', draining: false };
    const warned = { ...ready, warnings: ['UNTRUSTED_PROXY'] };
    await using untrusting = await startTestServer();
    const ask = async (at: typeof untrusting, headers: Record<string, string>) =>
      (await at.call('GET', '/health/ready', { headers })).body;
    expect(await ask(untrusting, {})).toEqual(ready);
    expect(await ask(untrusting, { 'x-forwarded-for': '203.0.113.7' })).toEqual(warned);
    expect(await ask(untrusting, { forwarded: 'for=203.0.113.7' })).toEqual(warned);
    await using trusting = await startTestServer({
      env: { CLAVIGER_TRUSTED_PROXIES: '127.0.0.0/8' },
    });
    expect(await ask(trusting, { 'x-forwarded-for': '203.0.113.7' })).toEqual(ready);
  });
});
