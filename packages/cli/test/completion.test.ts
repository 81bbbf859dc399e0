import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claviger, shell, words } from './harness/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'claviger-completion-'));
const scripts: Record<string, string> = {};

beforeAll(async () => {
  for (const name of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await claviger(words`completion ${name}`);
    expect(code).toBe(0);
    scripts[name] = join(folder, name);
    writeFileSync(join(folder, name), stdout);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers after these words. */
async function offered(...typed: string[]): Promise<string> {
  const quoted = typed.map((word) => `'${word}'`).join(' ');
  const { code, stdout, stderr } = await shell(
    `source '${scripts['bash']}'; COMP_WORDS=(claviger ${quoted}); COMP_CWORD=${typed.length}; _claviger; echo "\${COMPREPLY[*]}"`,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim();
}

test('the script for bash parses, and offers commands, options, values and files', async () => {
  expect(await shell(`bash -n '${scripts['bash']}'`)).toMatchObject({ code: 0, stderr: '' });
  expect(await offered('ke')).toBe('keys');
  expect(await offered('')).toContain(
    'serve migrate apis organizations members invitations keys root-keys webhooks verify logs usage insights me leaks audit doctor completion',
  );
  expect(await offered('keys', 're')).toBe('replace regenerate revoke');
  expect(await offered('keys', 'list', '--st')).toBe('--status');
  expect(await offered('keys', 'list', '--status', '')).toBe('active inactive expired revoked');
  expect(await offered('keys', 'create', '--kind', '')).toBe('secret publishable pair');
  expect(await offered('keys', 'update', '--no-r')).toBe('--no-resource --no-rate-limit');
  expect(await offered('keys', 'create', '--rate-limit', 're')).toBe('');
  expect(await offered('apis', 'apply', join(folder, 'zs'))).toBe(join(folder, 'zsh'));
  expect(await offered('keys', 'create', '--secret-file', join(folder, 'fi'))).toBe(
    join(folder, 'fish'),
  );
  expect(await offered('completion', 'b')).toBe('bash');
});

test('those for zsh and fish hold every command with its description', async () => {
  const { readFileSync } = await import('node:fs');
  const zsh = readFileSync(join(folder, 'zsh'), 'utf8');
  expect(zsh).toMatch(/^#compdef claviger\n/);
  expect(zsh).toContain("'rotate:Give a key a new secret'");
  expect(zsh).toContain("'*--status[in this state]:value:(active inactive expired revoked)'");
  const fish = readFileSync(join(folder, 'fish'), 'utf8');
  expect(fish).toContain(
    String.raw`complete -c claviger -n '__claviger_at \'keys\'' -a rotate -d 'Give a key a new secret'`,
  );
  expect(fish).toContain(
    String.raw`-n '__claviger_at \'keys list\'' -l status -x -a 'active inactive expired revoked'`,
  );
});

test('another shell is refused with those there are', async () => {
  const { code, stderr } = await claviger(words`completion tcsh`);
  expect(code).toBe(2);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});
