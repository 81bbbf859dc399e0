import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLAVIGER = fileURLToPath(new URL('../../bin/claviger.js', import.meta.url));

/** Most of the time that a process takes to start is spent on compiling; once is enough for all of them. */
const CACHED = {
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL('../../../../node_modules/.cache/claviger-cli-tests', import.meta.url),
  ),
};

/** The environment without any setting of ours but those given. */
export function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !name.startsWith('CLAVIGER_') && !name.startsWith('NODE_') && !name.startsWith('VITEST'),
  );
  return { ...Object.fromEntries(inherited), ...CACHED, ...settings };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end. */
export function run(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  nodeArgs: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeArgs, CLAVIGER, ...args], {
    env: environment(settings),
  });
  return ended(child);
}

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Of what was printed up to the line that says where it listens, and some after. */
  readonly rootKey: string | null;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** `claviger serve` in a process of its own, on a free port. Rejects with its output when it ends before it listens. */
export async function serveProcess(
  settings: Readonly<Record<string, string>>,
  command: readonly string[] = [process.execPath, CLAVIGER, 'serve'],
): Promise<ServerProcess> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: environment({ CLAVIGER_PORT: '0', ...settings }) });
  const end = ended(child);
  const started = await Promise.race([
    listening(child),
    end.then(({ code, stderr }) => {
      throw new Error(`the server ended with ${code}: ${stderr}`);
    }),
  ]);
  const url = /http:\/\/\S+?:\d+/.exec(started)?.[0] ?? '';
  return {
    url,
    pid: child.pid ?? 0,
    rootKey: /clv_[0-9A-Za-z]{48}/.exec(started)?.[0] ?? null,
    ended: end,
    signal: (signal) => void child.kill(signal),
  };
}

/** What it says to the person who started it, whole: its last line names the next step. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/root-keys create|verify it\.\n/.test(text)) resolve(text);
    });
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

export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** The settings for a SQLite database in it. */
  readonly sqlite: Readonly<Record<string, string>>;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'claviger-process-'));
  return {
    path,
    sqlite: { CLAVIGER_DATABASE_URL: `sqlite:${join(path, 'claviger.db')}` },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** One JSON call with a key. */
export async function call(
  { url }: Pick<ServerProcess, 'url'>,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire; each test says what it expects
  return { status: response.status, body: (await response.json()) as any };
}

/** What `GET /metrics` says of a metric without labels. */
export async function metric({ url }: Pick<ServerProcess, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

export const INTERACT = {
  name: 'Interact API',
  formats: { secret: { prefix: 'int', length: 48 } },
  permissions: [{ id: 'agent_jobs_read', name: 'Read jobs', access: 'read' }],
};

/** The API `interact`, the organization `acme`. */
export async function define(server: ServerProcess, rootKey: string): Promise<void> {
  await call(server, rootKey, 'PUT', '/v1/apis/interact', INTERACT);
  await call(server, rootKey, 'PUT', '/v1/organizations/acme', { name: 'Acme' });
}

export const newKey = (name: string) => ({
  apiId: 'interact',
  organizationId: 'acme',
  name,
  permissions: ['agent_jobs_read'],
});
