import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateToken } from '../../core/src/tokens/generate-token.ts';
import { exampleApi } from '../../server/test/harness/fixtures.ts';
import { claviger, shell, startCliServer, words, type CliServer } from './harness/cli.ts';
import { temporaryFolder } from './harness/server-process.ts';

const aToken = (prefix = 'int') => generateToken({ prefix, length: 48 }, 'production');
const hintOf = (token: string) => {
  const body = token.lastIndexOf('_') + 1;
  return `${token.slice(0, body + 4)}…${token.slice(-4)}`;
};

/** A folder with these files; paths as the command is to print them. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const { path } = temporaryFolder();
  const root = `${path}/scanned`;
  mkdirSync(root);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(`${root}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${root}/${name}`, content);
  }
  return root;
}

describe('leaks scan, which needs no server,', () => {
  test('prints where keys are, never the keys, and ends with 1', async () => {
    const [one, two, three] = [aToken(), aToken('sk_live'), aToken('clv')];
    const root = folderOf({
      'a.env': `# settings\nKEY=${one}\n`,
      'deep/er/b.json': `{"key":"${two}","url":"https://x.example/?k=${three}"}`,
      'c.txt': 'nothing here: int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4\n',
    });
    const { code, stdout, stderr } = await claviger(['leaks', 'scan', root]);
    expect(stdout.split('\n')).toEqual([
      `${root}/a.env:2: ${hintOf(one)}`,
      `${root}/deep/er/b.json:1: ${hintOf(two)}`,
      `${root}/deep/er/b.json:1: ${hintOf(three)}`,
      '',
    ]);
    expect(stderr).toBe('3 keys in 3 files.\n');
    expect(code).toBe(1);
    for (const token of [one, two, three]) expect(stdout + stderr).not.toContain(token);
  });

  test('ends with 0 where there are none', async () => {
    const root = folderOf({ 'a.txt': `almost ${aToken().slice(0, -1)}-` });
    expect(await claviger(['leaks', 'scan', root])).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 keys in 1 file.\n',
    });
    const json = await claviger(['leaks', 'scan', root, '--json']);
    expect(JSON.parse(json.stdout)).toEqual({
      found: [],
      looked: { files: 1, binaries: 0, unreadable: 0 },
    });
  });

  test('prints JSON for machines, without the keys', async () => {
    const token = aToken();
    const root = folderOf({ 'a.env': `KEY=${token}`, 'b.env': `\n${token}` });
    const { code, stdout } = await claviger(['leaks', 'scan', root, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      found: [
        { file: `${root}/a.env`, line: 1, column: 5, hint: hintOf(token) },
        { file: `${root}/b.env`, line: 2, column: 1, hint: hintOf(token) },
      ],
      looked: { files: 2, binaries: 0, unreadable: 0 },
    });
    expect(stdout).not.toContain(token);
  });

  test('reads standard input, across the chunks in which it comes', async () => {
    const token = aToken();
    const filler = 'x'.repeat(65_536 - 20);
    const { code, stdout } = await claviger(
      words`leaks scan --stdin`,
      {},
      `${filler}\n${token}\n${filler}`,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: `-:2: ${hintOf(token)}\n` });
  });

  test('looks for some prefixes only, and leaves out what it is told to', async () => {
    const [one, two] = [aToken(), aToken('sk')];
    const content = `${one} ${two}`;
    const root = folderOf({ 'a.txt': content, 'a.lock': content, 'dist/b/a.txt': content });
    const found = async (...args: string[]) =>
      (await claviger(['leaks', 'scan', root, ...args])).stdout
        .trim()
        .split('\n')
        .map((line) => line.slice(root.length + 1));
    expect(await found('--prefix', 'sk,clv', '--exclude', '*.lock,dist')).toEqual([
      `a.txt:1: ${hintOf(two)}`,
    ]);
    expect(await found('--exclude', 'dist/**', '--exclude', 'a.lock')).toEqual([
      `a.txt:1: ${hintOf(one)}`,
      `a.txt:1: ${hintOf(two)}`,
    ]);
  });

  test('leaves out what is no text and the objects of git, unless told otherwise', async () => {
    const token = aToken();
    const root = folderOf({
      'image.bin': Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(token)]),
      '.git/objects/ab/cdef': token,
      '.git/config': `url = https://${token}@git.example`,
      'wide.txt': Buffer.from(`\ufeffKEY=${token}\r\n`, 'utf16le'),
    });
    const some = await claviger(['leaks', 'scan', root]);
    expect(some.stdout).toBe(
      `${root}/.git/config:1: ${hintOf(token)}\n${root}/wide.txt:1: ${hintOf(token)}\n`,
    );
    expect(some.stderr).toBe('2 keys in 3 files, 1 of them no text and left out (--all-files).\n');
    const all = await claviger(['leaks', 'scan', root, '--all-files']);
    expect(all.stdout.match(/…/g)).toHaveLength(4);
  });

  test('follows no symbolic link', async () => {
    const token = aToken();
    const outside = folderOf({ 'secret.txt': token });
    const root = folderOf({ 'a.txt': 'nothing' });
    symlinkSync(`${outside}/secret.txt`, `${root}/link.txt`);
    symlinkSync(outside, `${root}/folder`);
    symlinkSync(root, `${root}/loop`);
    expect(await claviger(['leaks', 'scan', root])).toMatchObject({ code: 0, stdout: '' });
    const named = await claviger(['leaks', 'scan', `${root}/folder`]);
    expect(named).toMatchObject({
      code: 2,
      stderr: `claviger: ${root}/folder is a symbolic link, and none is followed. Name what it points to.\n`,
    });
  });

  test('finds keys in every commit that git prints', async () => {
    const token = aToken();
    const root = folderOf({ 'a.txt': `KEY=${token}\n` });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', root, '-c', 'user.name=T', '-c', 'user.email=t@x', ...args]);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    writeFileSync(`${root}/a.txt`, 'KEY=\n');
    git('commit', '-qam', 'two');
    expect((await claviger(['leaks', 'scan', root])).code).toBe(0);
    const line = `git -C '${root}' log --all -p | claviger leaks scan --stdin`;
    const { code, stdout } = await shell(line);
    expect({ code, found: stdout.match(/…/g)?.length }).toEqual({ code: 1, found: 2 });
  });

  test('says what it cannot read, and does not end with 0', async () => {
    const root = folderOf({ 'a.txt': 'nothing', 'b.txt': 'nothing' });
    chmodSync(`${root}/a.txt`, 0o000);
    // Nothing is closed to root, but nobody can read this file from its beginning.
    const isRoot = process.getuid?.() === 0;
    const closed = isRoot ? '/proc/self/mem' : `${root}/a.txt`;
    const { code, stderr } = await claviger(['leaks', 'scan', `${root}/b.txt`, closed]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^.+ cannot be read: .+\.\n0 keys in \d files?, 1 could not be read\.\n$/,
    );
  });

  test('wrongly called says what is missing', async () => {
    expect(await claviger(words`leaks scan`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name files or folders, or give --stdin'),
    });
    expect(await claviger(words`leaks scan /nowhere`)).toMatchObject({
      code: 1,
      stderr: 'claviger: /nowhere cannot be read: there is no such file.\n',
    });
  });

  test('takes little memory for a large file', async () => {
    const { path } = temporaryFolder();
    const token = aToken();
    const large = `${path}/large.txt`;
    // One line of 200 MB.
    const line = `for i in $(seq 200); do printf '%01048576d' 0; done > '${large}'; printf '%s' '${token}' >> '${large}'`;
    expect((await shell(line)).code).toBe(0);
    const { code, stdout } = await claviger(['leaks', 'scan', large], {
      NODE_OPTIONS: '--max-old-space-size=96',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${large}:1: ${hintOf(token)}\n` });
  });
});

describe('with a server', () => {
  let server: CliServer;

  beforeAll(async () => {
    server = await startCliServer();
    const definition = { ...exampleApi('interact'), onLeak: { action: 'revoke' } };
    await server.call('PUT', '/v1/apis/interact', definition);
    await server.call('PUT', '/v1/apis/agentsgt', exampleApi('agentsgt'));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const write = (name: string, content: string) => {
    writeFileSync(server.path(name), content);
    return server.path(name);
  };

  test('scan --verify tells whose keys they are, and which are live', async () => {
    const [one, two] = [await server.createKey(), await server.createKey()];
    await server.call('POST', `/v1/keys/${two.key.id}/disable`);
    const pair = await server.createKey({
      apiId: 'agentsgt',
      kind: 'pair',
      preset: 'full-access',
      permissions: [],
    });
    const unknown = aToken();
    const file = write('found.txt', [one.secret, two.secret, pair.publicKey, unknown].join('\n'));
    const { code, stdout, stderr } = await server.run(['leaks', 'scan', file, '--verify']);
    const of = (id: string, api = 'interact') =>
      `${id} "Production scheduler" of acme, ${api} production`;
    expect(stdout.split('\n')).toEqual([
      `${file}:1: ${hintOf(one.secret)} live: ${of(one.key.id)}`,
      `${file}:2: ${hintOf(two.secret)} not live: ${of(two.key.id)}`,
      `${file}:3: ${hintOf(pair.publicKey)} public, no secret: ${of(pair.key.id, 'agentsgt')}`,
      `${file}:4: ${hintOf(unknown)} unknown to the server`,
      '',
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '3 keys in 1 file.\n' });
    const only = write('public.txt', pair.publicKey);
    expect((await server.run(['leaks', 'scan', only, '--verify'])).code).toBe(0);
    const json = await server.run(['leaks', 'scan', file, '--verify', '--json']);
    expect(JSON.parse(json.stdout).found).toMatchObject([
      { line: 1, key: { keyId: one.key.id, live: true } },
      { line: 2, key: { live: false } },
      { line: 3, key: { public: true } },
      { line: 4, key: null },
    ]);
  });

  test('report sends what is found, without a key, and the server does what the API says', async () => {
    const { key, secret } = await server.createKey();
    const file = write('dump.txt', `user:${secret}@host\n${secret}\n`);
    const env = { CLAVIGER_URL: server.url };
    const args = [
      'leaks',
      'report',
      file,
      '--source',
      'paste site',
      '--found-at',
      'https://x.example/1',
    ];
    const { code, stdout } = await claviger(args, env);
    expect(stdout).toBe(
      'Reported 1 key. Whether they were issued there, only who owns them is told.\n',
    );
    expect(code).toBe(0);
    await expect
      .poll(async () => (await server.json(words`keys show ${key.id}`)).revokedReason)
      .toBe('Leaked: paste site');

    const piped = await claviger(words`leaks report - --json`, env, `${aToken()} ${aToken()}`);
    expect(JSON.parse(piped.stdout)).toEqual({ received: 2 });
    const none = await claviger(words`leaks report -`, env, 'nothing');
    expect(none).toMatchObject({
      code: 0,
      stdout: 'No key was found, so there is nothing to report.\n',
    });
  });

  test('report says what is wrong with what is said', async () => {
    const env = { CLAVIGER_URL: server.url };
    const { code, stderr } = await claviger(
      words`leaks report - --found-at nowhere`,
      env,
      aToken(),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('--found-at must be an http or https address');
  });

  test('rules prints a configuration for gitleaks that finds the keys', async () => {
    const { secret } = await server.createKey();
    const { code, stdout } = await server.run(words`leaks rules --api interact`);
    expect(code).toBe(0);
    const { rules } = parse(stdout) as unknown as { rules: { id: string; regex: string }[] };
    expect(rules.map(({ id }) => id)).toEqual(['claviger-interact-secret']);
    expect(`KEY=${secret}`.match(new RegExp(rules[0]!.regex))?.[1]).toBe(secret);

    const all = await server.run(words`leaks rules --format json`);
    expect(JSON.parse(all.stdout).map(({ id }: { id: string }) => id)).toEqual([
      'claviger-secret',
      'interact-secret',
      'agentsgt-pair',
    ]);
    const github = await server.run(words`leaks rules --format github --api agentsgt`);
    expect(JSON.parse(github.stdout)).toMatchObject([{ type: 'claviger_agentsgt_pair' }]);
    expect(await server.json(words`leaks rules --api interact`)).toMatchObject({
      file: { name: '.gitleaks.toml', content: stdout },
    });
  });

  test('apis show says what becomes of leaked keys, and apis apply takes it', async () => {
    expect((await server.run(words`apis show interact`)).stdout).toMatch(
      /^Leaked keys {3,}are revoked$/m,
    );
    const definition = { ...exampleApi('interact'), onLeak: { action: 'rotate' } };
    const file = write('interact.json', JSON.stringify(definition));
    const dry = await server.run(['apis', 'apply', file, '--dry-run']);
    expect(dry.stdout + dry.stderr).toContain('~ onLeak.action: "revoke" → "rotate"');
    expect(dry.stdout + dry.stderr).toContain('+ onLeak.overlapSeconds: 86400');
    const wrong = write('wrong.json', JSON.stringify({ ...definition, onLeak: { action: 'x' } }));
    expect((await server.run(['apis', 'apply', wrong, '--yes'])).stderr).toContain(
      '/onLeak/action must have an "action", one of notify, limit, rotate and revoke',
    );
  });
});
