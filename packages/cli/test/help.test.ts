import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../src/program.ts';
import { claviger, shell, words } from './harness/cli.ts';

const program = createProgram();

const leaves = (command: Command, path: string): [path: string, command: Command][] =>
  command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`));

const all = leaves(program, 'claviger');
const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

/** The help as it is printed, what is added after it included. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

/** Lines of examples, without their comments. */
const examplesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/^(?:\s+|source <\()/, '').replace(/\s+# .*$/, ''))
    .filter((line) => /^(?:npx )?claviger /.test(line));

/** The faults of an example: a command or an option that does not exist. */
function faultsOf(example: string): string[] {
  return example.split(' | ').flatMap((part) => {
    let command = program;
    const faults: string[] = [];
    for (const word of part
      .replaceAll(/"[^"]*"/g, 'text')
      .split(' ')
      .slice(1)) {
      const child = command.commands.find((each) => each.name() === word);
      if (child !== undefined) command = child;
      else if (command.commands.length > 0 && /^[a-z]/.test(word) && word !== 'claviger')
        faults.push(`no command ${word}`);
      else if (word.startsWith('--') && !['--help', '--version'].includes(word)) {
        if (!command.options.some(({ long }) => long === word)) faults.push(`no option ${word}`);
      }
    }
    return faults.map((fault) => `${fault}: ${part}`);
  });
}

describe('every command', () => {
  test.each(all)('%s says what it does, with examples of itself', (path, command) => {
    const help = helpOf(command);
    expect(command.description()).not.toBe('');
    const examples = examplesIn(help);
    expect(
      examples.some((example) => example.startsWith(path) || example.includes(` ${path}`)),
    ).toBe(true);
    expect(examples.flatMap(faultsOf)).toEqual([]);
    for (const { description, flags } of command.options) expect(description, flags).not.toBe('');
  });

  test('has a section in docs/cli.md, and nothing there is out of date', () => {
    const headings = [...page.matchAll(/^#{2,3} (claviger .+)$/gm)].map(([, name]) => name);
    expect(headings.toSorted()).toEqual(all.map(([path]) => path).toSorted());
    expect(examplesIn(page).length).toBeGreaterThan(all.length);
    expect(examplesIn(page).flatMap(faultsOf)).toEqual([]);
  });

  test('that speaks to the server takes --json, --url and --key-file', () => {
    const offline = [
      'claviger serve',
      'claviger migrate',
      'claviger completion',
      'claviger audit verify',
      'claviger audit public-key',
      // Takes no key: whoever finds one that leaked has none.
      'claviger leaks report',
    ];
    for (const [path, command] of all.filter(([each]) => !offline.includes(each))) {
      const options = command.options.map(({ long }) => long);
      expect(options, path).toEqual(expect.arrayContaining(['--json', '--url', '--key-file']));
    }
  });
});

describe('the program', () => {
  test('documents exit codes and settings in its help', async () => {
    const { code, stdout } = await claviger(words`--help`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {4}done\n/);
    for (const line of stdout.match(/^ {2}\d+ .+$/gm) ?? []) {
      expect(page).toMatch(new RegExp(`^\\| ${line.trim().split(' ')[0]} \\|`, 'm'));
    }
    expect(stdout).toContain('CLAVIGER_ROOT_KEY');
  });

  test.each([
    ['an unknown command', words`keys lsit`, 'Did you mean list?'],
    ['an unknown group', words`organisations list`, 'Did you mean organizations?'],
    ['an unknown option', words`keys list --organisation acme`, 'Did you mean --organization?'],
    ['a missing argument', words`keys show`, "missing required argument 'keyId'"],
    [
      'a missing option',
      words`organizations put acme`,
      "required option '--name <name>' not specified",
    ],
    [
      'a value that is none of those there are',
      words`keys list --status on`,
      'Allowed choices are active',
    ],
    [
      'a time that does not exist',
      words`keys list --created-before 2026-02-30`,
      'Write a day or a time',
    ],
    ['two that exclude each other', words`keys list --all --cursor x`, 'cannot be used with'],
  ])('wrongly called ends with 2 and says so: %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await claviger(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^claviger: /);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\(claviger .*--help .+\)\n$/);
  });

  test('runs from the root of the checkout as npx claviger', async () => {
    const root = new URL('../../..', import.meta.url).pathname;
    const { version } = JSON.parse(readFileSync(`${root}packages/cli/package.json`, 'utf8')) as {
      version: string;
    };
    const { code, stdout } = await shell(`cd '${root}' && npx claviger --version`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });

  test('ends quietly when nobody reads on', async () => {
    const { code, stdout, stderr } = await shell(
      'set -o pipefail; claviger completion bash | head -1; claviger completion bash | true',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^# Completion/);
  });
});
