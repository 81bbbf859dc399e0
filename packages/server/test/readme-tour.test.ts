import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leakedTokens } from './harness/test-server.ts';

/**
 * The README's "Five minutes", done as a reader would: its first command starts the server, and one bash
 * runs every line after it. A block of another language shows what the commands before it answer, and is
 * compared: `…` stands for any text, members of JSON objects that are not shown may be there.
 */
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const START = 'npm ci && npm start';
const DEFAULT_PORT = '8787';
const DEFAULT_DATABASE = './data/claviger.db';

/** Starting through npm takes about two seconds, and the tour three. */
const TOUR_LIMIT_MS = 60_000;

interface Step {
  readonly commands: string;
  readonly shown: { readonly language: string; readonly text: string } | null;
}

const [starting, ...steps] = stepsOf(readFileSync(join(repository, 'README.md'), 'utf8'));

describe('the tour in the README', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-tour-'));
  const database = join(folder, 'claviger.db');
  let port: string;
  let server: StartedServer;
  let outputs: string[];

  beforeAll(async () => {
    port = await freePort();
    server = await startServer({
      CLAVIGER_PORT: port,
      CLAVIGER_DATABASE_URL: `sqlite:${database}`,
    });
    outputs = await runSteps(steps, port, server.rootKey);
  }, TOUR_LIMIT_MS);

  afterAll(() => {
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('begins with the command that starts the server, which says what is shown', () => {
    expect(starting?.commands.trim()).toBe(START);
    const said = server
      .stdout()
      .replaceAll(port, DEFAULT_PORT)
      .replaceAll(database, DEFAULT_DATABASE);
    expectShown(starting, said);
  });

  test.each(steps.map((step, index) => ({ step, index, name: titleOf(step) })))(
    '$index: $name',
    ({ step, index }) => {
      expectShown(step, (outputs[index] ?? '').replaceAll(port, DEFAULT_PORT));
    },
  );

  test('leaves no secret in the log, and the server stops when it is told to', async () => {
    await server.stop();
    expect(server.stderr()).toContain('"msg":"stopped"');
    expect(leakedTokens([server.stderr()])).toEqual([]);
    await expect(fetch(`http://localhost:${port}/health/live`)).rejects.toThrow();
  });
});

/** The fenced blocks of the section: each `sh` block is a step, a block after it shows what it answers. */
function stepsOf(readme: string): Step[] {
  const section = readme.split(/^## /m).find((part) => part.startsWith('Five minutes\n')) ?? '';
  const blocks = [...section.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const steps: Step[] = [];
  for (const [, language = '', text = ''] of blocks) {
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ commands: text, shown: null });
    else if (['json', 'text', 'http'].includes(language) && last?.shown === null) {
      steps[steps.length - 1] = { ...last, shown: { language, text } };
    } else throw new Error(`nobody would run or compare this block (${language}):\n${text}`);
  }
  return steps;
}

/** The last address it calls, or its last line. */
const titleOf = ({ commands }: Step): string =>
  commands.match(/localhost:\d+[^\s"]*/g)?.at(-1) ?? commands.trim().split('\n').at(-1) ?? '';

interface StartedServer {
  readonly rootKey: string;
  stdout(): string;
  stderr(): string;
  /** As Ctrl-C would: the signal goes to npm and to what it started. Resolves when all of them are gone. */
  stop(): Promise<void>;
  /** For the end of a run that went wrong. */
  kill(): void;
}

async function startServer(settings: Readonly<Record<string, string>>): Promise<StartedServer> {
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: { ...environment(), ...settings },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr, ended } = collect(child);
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  };
  const kill = () => {
    try {
      signal('SIGKILL');
    } catch {
      // They are gone already.
    }
  };
  process.once('exit', kill);
  const listening = new Promise<void>((resolve) => {
    child.stdout.on('data', () => /and verify it\.\n/.test(stdout()) && resolve());
  });
  await Promise.race([
    listening,
    ended.then((code) => {
      throw new Error(`npm start ended with ${code}:\n${stdout()}${stderr()}`);
    }),
  ]);
  return {
    rootKey: /clv_[0-9A-Za-z]{48}/.exec(stdout())?.[0] ?? '',
    stdout,
    stderr,
    async stop() {
      signal('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
    kill,
  };
}

/** What each step wrote. Throws what bash said when a line failed. */
async function runSteps(all: readonly Step[], port: string, rootKey: string): Promise<string[]> {
  const script = all
    .map(({ commands }, index) => `printf '\\n=== step %s\\n' ${index}\n${commands}`)
    .join('\n')
    .replaceAll(`localhost:${DEFAULT_PORT}`, `localhost:${port}`);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: repository,
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(`${rootKey}\n`);
  const { stdout, stderr, ended } = collect(child);
  const code = await ended;
  const outputs = stdout()
    .split(/\n=== step \d+\n/)
    .slice(1);
  if (code === 0) return outputs;
  const { commands = '' } = all[outputs.length - 1] ?? {};
  throw new Error(`bash ended with ${code} in\n${commands}\n${outputs.at(-1)}\n${stderr()}`);
}

function collect(child: ChildProcess) {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { stdout: () => out, stderr: () => err, ended };
}

/** That of the person who runs the tests, without settings of Claviger and of the test runner. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:CLAVIGER_|NODE_|VITEST)/.test(name)),
  );
}

async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => void probe.close(resolve));
  return String(port);
}

function expectShown(step: Step | undefined, output: string): void {
  const shown = step?.shown ?? null;
  if (shown === null) return;
  if (shown.language === 'json') {
    expect(JSON.parse(output)).toEqual(patternOf(JSON.parse(shown.text)));
    return;
  }
  const lines = shown.text.split('\n').filter((line) => line.trim() !== '');
  const rest = output.split(/\r?\n/);
  for (const line of lines) {
    const at = rest.findIndex((candidate) => expressionOf(line).test(candidate));
    expect(at, `"${line}" is not in\n${output}`).toBeGreaterThanOrEqual(0);
    rest.splice(0, at + 1);
  }
}

function patternOf(shown: unknown): unknown {
  if (typeof shown === 'string') {
    return shown.includes('…') ? expect.stringMatching(expressionOf(shown)) : shown;
  }
  if (Array.isArray(shown)) return shown.map(patternOf);
  if (typeof shown !== 'object' || shown === null) return shown;
  const members = Object.entries(shown).map(([name, value]) => [name, patternOf(value)] as const);
  return expect.objectContaining(Object.fromEntries(members));
}

const expressionOf = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  );
