import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  collect,
  DEFAULT_PORT,
  expectShown,
  readersEnvironment,
  repository,
  runSteps,
  stepsOf,
  titleOf,
} from './harness/shown-steps.ts';
import { leakedTokens } from './harness/test-server.ts';

/**
 * The README's "Five minutes", done as a reader would: its first command starts the server, and one bash
 * runs every line after it. A block of another language shows what the commands before it answer, and is
 * compared: `…` stands for any text, members of JSON objects that are not shown may be there.
 */
const START = 'npm ci && npm start';
const DEFAULT_DATABASE = './data/claviger.db';

/** Starting through npm takes about two seconds, and the tour three. */
const TOUR_LIMIT_MS = 60_000;

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const section = readme.split(/^## /m).find((part) => part.startsWith('Five minutes\n')) ?? '';
const [starting, ...steps] = stepsOf(section);

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
    outputs = await runSteps(steps, { port, input: `${server.rootKey}\n` });
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
      expectShown(step, outputs[index] ?? '');
    },
  );

  test('leaves no secret in the log, and the server stops when it is told to', async () => {
    await server.stop();
    expect(server.stderr()).toContain('"msg":"stopped"');
    expect(leakedTokens([server.stderr()])).toEqual([]);
    await expect(fetch(`http://localhost:${port}/health/live`)).rejects.toThrow();
  });
});

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
    env: { ...readersEnvironment(), ...settings },
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

async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => void probe.close(resolve));
  return String(port);
}
