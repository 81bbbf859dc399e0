import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../src/program.ts';
import { shell, startCliServer, words, type CliServer } from './harness/cli.ts';
import { CLAVIGER, environment } from './harness/server-process.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
});

afterAll(() => server[Symbol.asyncDispose]());

const create = words`
  keys create --api interact --organization acme --name Zapier --permission agent_jobs_read`;

async function countKeys(): Promise<number> {
  return (await server.call('GET', '/v1/keys?apiId=interact&limit=200')).body.data.length;
}

describe('a secret', () => {
  test('alone is what a redirection stores', async () => {
    const file = server.path('redirected.key');
    const line = `claviger ${create.join(' ')} > '${file}'`;
    expect((await shell(line, server.env)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^int_[0-9A-Za-z]{48}\n$/);
  });

  test('goes to --secret-file, its owner’s alone, and nowhere else', async () => {
    const file = server.path('new.key');
    const { code, stdout, stderr } = await server.run([...create, '--secret-file', file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const secret = readFileSync(file, 'utf8');
    expect(secret).toMatch(/^int_[0-9A-Za-z]{48}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(stderr).toContain(`The secret is in ${file}, readable by you only.`);
    expect(stderr).not.toContain(secret.trim());
    const other = server.path('json.key');
    const answer = await server.json([...create, '--secret-file', other]);
    expect(answer).toEqual({ key: expect.anything(), effective: expect.anything() });
    expect(existsSync(other)).toBe(true);
  });

  test('is never written over a file, and then no key is made', async () => {
    const file = server.path('kept.txt');
    writeFileSync(file, 'kept');
    const before = await countKeys();
    for (const args of [create, words`keys rotate key_x`, words`root-keys create --name X`]) {
      const { code, stdout, stderr } = await server.run([...args, '--secret-file', file]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('a secret is never written over a file. Nothing was done.');
    }
    expect(readFileSync(file, 'utf8')).toBe('kept');
    expect(await countKeys()).toBe(before);
  });

  test('leaves no empty file behind when the server refuses', async () => {
    const file = server.path('refused.key');
    const refused = await server.run([
      ...words`keys rotate key_0000000000000000000000 --secret-file ${file}`,
    ]);
    expect(refused.code).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'that cannot be written is said to be lost, with the way out',
    async () => {
      const { code, stderr } = await shell(`claviger ${create.join(' ')} > /dev/full`, server.env);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /The secret of key_\w+ could not be written \(ENOSPC\), and nobody has it\. Make another with: claviger keys rotate key_/,
      );
      const closed = await shell(
        `claviger ${create.join(' ')} | (exec 0<&-; sleep 2); exit \${PIPESTATUS[0]}`,
        server.env,
      );
      expect(closed.code).toBe(1);
      expect(closed.stderr).toContain('could not be written (EPIPE)');
    },
  );
});

describe('a secret that is typed where it does not belong', () => {
  test.each([
    ['as an argument', (secret: string) => ['verify', '--api', 'interact', secret]],
    ['as an option', (secret: string) => ['keys', 'list', `--key=${secret}`]],
    ['as a command', (secret: string) => [secret]],
    ['as the value of an option', (secret: string) => ['keys', 'list', '--status', secret]],
    ['as an id', (secret: string) => ['keys', 'show', secret]],
  ])('is not repeated: %s', async (_where, argsOf) => {
    const { secret } = await server.createKey();
    const { code, stdout, stderr } = await server.run(argsOf(secret));
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toContain(secret.slice(0, 20));
  });
});

describe('the arguments of a process', () => {
  test('take no key and no token: every option for one names a file', () => {
    const options = allCommands(createProgram()).flatMap((command) => command.options);
    // An id is no key: the server looks for it, and repeats what is none to nobody.
    const holders = options.filter(
      ({ flags }) => /key|token|secret/.test(flags) && !/<(?:key|secret)Id>$/.test(flags),
    );
    expect(holders.length).toBeGreaterThan(5);
    expect(
      // A switch takes nothing.
      holders.filter(
        ({ flags }) => /[<[]/.test(flags) && !/^--(?:key|token|secret)-file <file>$/.test(flags),
      ),
    ).toEqual([]);
  });

  test('show neither the root key nor the token of a running command', async () => {
    const { secret } = await server.createKey();
    const child = spawn(process.execPath, [CLAVIGER, ...words`verify --api interact`], {
      env: environment(server.env),
    });
    child.stdin.write(secret);
    const text = argumentsOf(child.pid ?? 0);
    child.stdin.end();
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(text).toContain('verify --api interact');
    expect(text).not.toContain(server.rootKey);
    expect(text).not.toContain(secret);
  });
});

describe('a name that somebody else chose', () => {
  test('does not drive the terminal of whoever lists it', async () => {
    const evil = `Zapier\u009b31m\u202e production`;
    const { key } = await server.createKey({
      name: evil,
      ownerId: 'evil',
      description: 'a\u001b[2Jb\nc',
    });
    const list = await server.run(words`keys list --owner evil`);
    expect(list.stdout).toContain(String.raw`Zapier\u{9b}31m\u{202e} production`);
    const shown = await server.run(words`keys show ${key.id}`);
    expect(shown.stdout).toContain(String.raw`a\u{1b}[2Jb` + '\n              c\n');
    for (const unsafe of ['\u001b', '\u009b', '\u202e']) {
      expect(list.stdout + shown.stdout).not.toContain(unsafe);
    }
    expect((await server.json(words`keys show ${key.id}`)).name).toBe(evil);
  });
});

/** What `ps` would show; a bare Debian has no `ps`. */
function argumentsOf(pid: number): string {
  if (process.platform === 'linux') {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\u0000', ' ');
  }
  return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
