import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCliServer, words, type CliServer } from './harness/cli.ts';
import {
  call,
  CLAVIGER,
  environment,
  serveProcess,
  temporaryFolder,
} from './harness/server-process.ts';

let server: CliServer;
let keyId: string;
let secret: string;
let logId: string;

const verify = async (ask: object) => {
  const body = { token: secret, apiId: 'interact', ...ask };
  const answer = await server.call('POST', '/v1/keys/verify', body);
  return answer.body.logId;
};

beforeAll(async () => {
  server = await startCliServer();
  const created = await server.createKey();
  [keyId, secret] = [created.key.id, created.secret];
  const request = { method: 'POST', path: '/v1/jobs', userAgent: 'acme-bot/1.0', id: 'req-1' };
  logId = await verify({ ip: '203.0.113.7', permissions: ['agent_jobs_read'], request });
  await verify({ permissions: ['agent_jobs_trigger'], request: { path: '/v1/jobs/7' } });
  const entries = [{ logId, responseStatus: 201, responseDurationMs: 48.5 }];
  await server.call('POST', '/v1/logs', { entries });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('logs list', () => {
  test('shows who did what, newest first', async () => {
    const { code, stdout, stderr } = await server.run(words`logs list --key ${keyId}`);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        [
          String.raw`^TIME \(UTC\) +CODE +KEY +ORGANIZATION +REQUEST +IP`,
          String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  INSUFFICIENT_PERMISSIONS  ${keyId}  acme +/v1/jobs/7`,
          String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  VALID +${keyId}  acme +POST /v1/jobs +203\.0\.113\.7\n$`,
        ].join('\n'),
      ),
    );
  });

  test('takes every filter, and prints with --json what the API answers', async () => {
    const answer = await server.json(words`
      logs list --key ${keyId} --organization acme --api interact --environment production
      --code VALID,EXPIRED --status 200 --response-status 201 --valid --permission agent_jobs_read --ip 203.0.113.0/24
      --user-agent BOT --method post --path /v1 --request-id req-1 --from 1h --to 2090-01-01
      --search jobs`);
    expect(answer.data.map(({ id }: { id: string }) => id)).toEqual([logId]);
    expect(answer.nextCursor).toBeNull();
    const { data } = await server.json(words`logs list --refused --key ${keyId} --all`);
    expect(data).toMatchObject([{ code: 'INSUFFICIENT_PERMISSIONS' }]);
    const other = `sec_${'0'.repeat(22)}`;
    const none = await server.run(words`logs list --secret ${other} --origin https://x.example`);
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'No verifications.\n' });
  });

  test('names the option that is at fault', async () => {
    const { code, stderr } = await server.run(words`logs list --ip 300.1.1.1 --code NOPE`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^claviger: the server refused this:\n +--code must be one of "VALID", /,
    );
    const ip = await server.run(words`logs list --ip 300.1.1.1`);
    expect(ip.stderr).toMatch(/\n +--ip must be an IPv4 or IPv6 address or a CIDR block/);
  });

  test('follows what comes, until it is interrupted', async () => {
    const args = words`logs list --key ${keyId} --follow --limit 1`;
    const child = spawn(process.execPath, [CLAVIGER, ...args], { env: environment(server.env) });
    let seen = '';
    const shows = async (text: string) => {
      while (!seen.includes(text)) seen += String(await once(child.stdout, 'data'));
    };
    await shows('/v1/jobs/7');
    for (const path of ['/one', '/two']) {
      await verify({ request: { path } });
      await shows(path);
    }
    child.kill('SIGINT');
    await once(child, 'close');
    const lines = seen.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/).at(-1))).toEqual(['/v1/jobs/7', '/one', '/two']);
  });
});

test('logs list goes on following when the server comes back', async () => {
  using folder = temporaryFolder();
  const first = await serveProcess(folder.sqlite);
  const key = first.rootKey ?? '';
  const env = environment({ CLAVIGER_URL: first.url, CLAVIGER_ROOT_KEY: key });
  const child = spawn(process.execPath, [CLAVIGER, ...words`logs list --follow`], { env });
  let seen = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  }
  const shows = (text: string) => expect.poll(() => seen, { timeout: 20_000 }).toContain(text);
  await call(first, key, 'GET', '/v1/apis');
  await shows('/v1/apis');
  first.signal('SIGTERM');
  await first.ended;
  await expect
    .poll(() => seen, { timeout: 20_000 })
    .toMatch(/^The server does not answer \([A-Z_]+\); trying on\.$/m);
  const port = new URL(first.url).port;
  const again = await serveProcess({ ...folder.sqlite, CLAVIGER_PORT: port });
  await call(again, key, 'GET', '/v1/organizations');
  await shows('/v1/organizations');
  expect(seen.match(/does not answer|It answers again/g)).toHaveLength(2);
  child.kill('SIGINT');
  await once(child, 'close');
  again.signal('SIGTERM');
  await again.ended;
});

test('logs list says that the log is switched off', async () => {
  await using off = await startCliServer({ CLAVIGER_REQUEST_LOGS: 'off' });
  const said = 'The log of requests is switched off on this server (CLAVIGER_REQUEST_LOGS=off).\n';
  expect(await off.run(words`logs list`)).toEqual({
    code: 0,
    stdout: '',
    stderr: `No verifications.\n${said}`,
  });
  expect((await off.run(words`logs list --all`)).stderr).toBe(`${said}No verifications.\n`);
  expect(await off.json(words`logs list`)).toEqual({
    data: [],
    nextCursor: null,
    recording: false,
  });
});

test('logs show shows all of it', async () => {
  const { stdout } = await server.run(words`logs show ${logId}`);
  for (const line of [
    /^Id +log_\w{24}$/m,
    /^Code +VALID$/m,
    /^Status +200$/m,
    /^Asked for +agent_jobs_read$/m,
    /^Request +POST \/v1\/jobs$/m,
    /^Answered +201 in 48\.5 ms$/m,
  ]) {
    expect(stdout).toMatch(line);
  }
  const unknown = await server.run(words`logs show ${`log_${'0'.repeat(24)}`}`);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('claviger: There is no log entry');
});

describe('logs export', () => {
  test('writes a whole file, and over another only when told to', async () => {
    const file = server.path('november.csv');
    const args = words`logs export --key ${keyId} --valid --format csv --to 2090-01-01 --output ${file}`;
    const done = await server.run(args);
    expect(done.stderr).toBe(`${file} is complete: ${statSync(file).size} bytes.\n`);
    expect(done).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^id,at,keyId,.*\r\n(?:log_\w{24},.*\r\n)+$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.partial`)).toBe(false);

    writeFileSync(file, 'mine');
    const refused = await server.run(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      `claviger: ${file} exists already. Name another file, or write over it with --force.\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await server.run([...args, '--force'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^id,at/);
  });

  test('writes to standard output, an entry a line', async () => {
    const { stdout } = await server.run(words`logs export --path /v1/jobs/7`);
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries).toMatchObject([{ path: '/v1/jobs/7', code: 'INSUFFICIENT_PERMISSIONS' }]);
  });

  test('leaves no file behind when it is refused', async () => {
    const file = server.path('refused.ndjson');
    const { code, stderr } = await server.run(words`logs export --ip x --output ${file}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/--ip must be/);
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
  });

  test('that breaks off is called partial', async () => {
    const breaking = createServer((_request, response) => {
      response.write('{"id":"log_1"}\n', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(breaking, 'listening');
    const url = `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`;
    const file = server.path('broken.ndjson');
    const { code, stderr } = await server.run(words`logs export --url ${url} --output ${file}`);
    breaking.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`What had come by then is in ${file}.partial.\n`);
    expect(readFileSync(`${file}.partial`, 'utf8')).toBe('{"id":"log_1"}\n');
    expect(existsSync(file)).toBe(false);
  });
});
