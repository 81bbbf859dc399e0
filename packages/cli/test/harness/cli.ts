import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { leakedTokens } from '../../../server/test/harness/test-server.ts';
import {
  call,
  CLAVIGER,
  environment,
  serveProcess,
  temporaryFolder,
  type Ended,
} from './server-process.ts';
import { exampleApi } from '../../../server/test/harness/fixtures.ts';

export type Env = Readonly<Record<string, string>>;

/** The words of a command line; what is filled in stays one: ``words`keys show ${id}` ``. */
export function words(line: TemplateStringsArray, ...filled: readonly string[]): string[] {
  return line.flatMap((text, index) => {
    const parts = text.split(/\s+/).filter((part) => part !== '');
    const value = filled[index];
    return value === undefined ? parts : [...parts, value];
  });
}

/** Runs the command line as a process of its own, with this on its standard input. */
export function claviger(args: readonly string[], env: Env = {}, stdin = ''): Promise<Ended> {
  const child = spawn(process.execPath, [CLAVIGER, ...args], {
    env: environment(env),
  });
  // It may have ended without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return ended(child);
}

/** Runs a line of shell, in which `claviger` is the command line. */
export function shell(line: string, env: Env = {}): Promise<Ended> {
  const define = `claviger() { '${process.execPath}' '${CLAVIGER}' "$@"; }`;
  return ended(spawn('bash', ['-c', `${define}\n${line}`], { env: environment(env) }));
}

/** What to wait for on the screen, and what to type then. */
export type Step = readonly [seen: RegExp, typed: string];

/** Runs it in a pseudo-terminal of 80 columns and answers what the screen showed. */
export function inTerminal(
  args: readonly string[],
  env: Env = {},
  steps: readonly Step[] = [],
): Promise<{ code: number | null; screen: string }> {
  const command = [process.execPath, CLAVIGER, ...args].map((part) => `'${part}'`).join(' ');
  const [program, programArgs] =
    process.platform === 'linux'
      ? ['script', ['-qec', `stty cols 80; exec ${command}`, '/dev/null']]
      : ['script', ['-q', '/dev/null', 'sh', '-c', `stty cols 80; exec ${command}`]];
  const child = spawn(program as string, programArgs as string[], {
    env: environment({ TERM: 'xterm', ...env }),
  });
  const waiting = [...steps];
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const [next] = waiting;
    if (next === undefined || !next[0].test(screen)) return;
    waiting.shift();
    child.stdin.write(next[1]);
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, screen: screen.replaceAll('\r\n', '\n') }));
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface CliServer extends AsyncDisposable {
  readonly url: string;
  readonly rootKey: string;
  readonly folder: string;
  /** What makes the command line find it and be let in. */
  readonly env: Env;
  /** The settings it was started with. */
  readonly settings: Env;
  call(method: string, path: string, body?: unknown): ReturnType<typeof call>;
  /** The command line against this server. */
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  /** The same with `--json`; answers what was printed. Fails when it does not end with 0. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what was printed; each test says what it expects
  json(args: readonly string[], stdin?: string): Promise<any>;
  /** A key of Interact for acme; answers the API's answer. */
  createKey(
    fields?: Readonly<Record<string, unknown>>,
  ): Promise<Awaited<ReturnType<typeof call>>['body']>;
  path(name: string): string;
}

/** A real server with the API `interact` and the organization `acme`, shared by the tests of a file. */
export async function startCliServer(more: Env = {}): Promise<CliServer> {
  const temporary = temporaryFolder();
  const settings = { ...temporary.sqlite, ...more };
  const server = await serveProcess({ ...settings });
  const rootKey = server.rootKey ?? '';
  const env = { CLAVIGER_URL: server.url, CLAVIGER_ROOT_KEY: rootKey };
  const callServer = (method: string, path: string, body?: unknown) =>
    call(server, rootKey, method, path, body);
  await callServer('PUT', '/v1/apis/interact', exampleApi('interact'));
  await callServer('PUT', '/v1/organizations/acme', { name: 'Acme Inc.' });
  const run = (args: readonly string[], stdin?: string) => claviger(args, env, stdin);
  return {
    url: server.url,
    rootKey,
    folder: temporary.path,
    env,
    settings,
    call: callServer,
    run,
    async json(args, stdin) {
      const { code, stdout, stderr } = await run([...args, '--json'], stdin);
      if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async createKey(fields = {}) {
      const { status, body } = await callServer('POST', '/v1/keys', {
        apiId: 'interact',
        organizationId: 'acme',
        name: 'Production scheduler',
        permissions: ['agent_jobs_read'],
        ...fields,
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    path: (name) => join(temporary.path, name),
    async [Symbol.asyncDispose]() {
      server.signal('SIGTERM');
      const { stderr } = await server.ended;
      temporary[Symbol.dispose]();
      if (leakedTokens([stderr]).length > 0)
        throw new Error('a secret is in the log of the server');
    },
  };
}
