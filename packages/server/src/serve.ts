import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  checkPeppers,
  createClaviger,
  createRootKey,
  Dispatcher,
  ensureBuiltIns,
  hasRootKey,
  openSetUp,
  Peppers,
  StartError,
  systemClock,
  type Claviger,
  type Clock,
  type Pepper,
  type Storage,
} from '@claviger/core';
import { openPostgresStorage } from '@claviger/core/postgres';
import { openSqliteStorage, type SqlStorage } from '@claviger/core/sqlite';
import { linkLimits } from './accounts/link-limits.ts';
import { AuditCheckpoints } from './audit/audit-checkpoints.ts';
import { assertOurs, checkpointSink } from './audit/checkpoint-sink.ts';
import { signingKey } from './audit/signing-key.ts';
import { startBackground } from './background.ts';
import type { Config } from './config.ts';
import { createLog, type Log } from './log.ts';
import { loadDashboard } from './dashboard.ts';
import { createMetrics } from './metrics.ts';
import { createPepperFile, pepperFileOf, readPepperFile } from './pepper-file.ts';
import { GithubKeys } from './leaks/github-keys.ts';
import { createCourier } from './notices/create-courier.ts';
import { createMailer } from './notices/mailer.ts';
import { listen } from './server.ts';
import type { Surface } from './surface.ts';
import { openTracing, type Tracing } from './tracing/tracing.ts';
import { VERSION } from './version.ts';
import { tuneGarbageCollector } from './garbage-collector.ts';

/** The parts of the process that `serve` speaks to. */
export interface ServeOptions {
  /** Lines for the person who started it. */
  readonly say: (line: string) => void;
  /** Where the log's JSON lines go. */
  readonly logTo: { write(line: string): void };
  readonly clock?: Clock;
}

export interface Serving {
  readonly url: string;
  readonly claviger: Claviger;
  readonly dispatcher: Dispatcher;
  /** Drains, flushes and closes, within ten seconds. */
  stop(): Promise<void>;
}

/** Requests in flight get this long; with flushing and closing, stopping stays within ten seconds. */
const GRACE_MS = 7_000;

/** The wiring: opens the database, makes the first root key, listens. Throws `StartError` with what to do. */
export async function serve(config: Config, options: ServeOptions): Promise<Serving> {
  tuneGarbageCollector();
  const log = createLog(config, options.logTo);
  const tracing = config.tracing && (await openTracing(config.tracing, VERSION));
  const opened = await openClaviger(config, log, { clock: options.clock, tracing });
  const { storage, claviger } = opened;
  try {
    await takeOver(storage, log);
    await claviger.follower.renew();
    await ensureBuiltIns(claviger);
    const unusable = await claviger.limits.restore();
    if (unusable !== null) log.warn({ reason: unusable }, 'every rate limit begins unspent');
    await storage.logs.prepareDays(claviger.clock.now()).catch((error: unknown) => {
      // Nothing is lost by it, and it is tried again in the background.
      log.warn({ err: error }, 'the days ahead could not be made ready for request logs');
    });
    // From now on, everything is observed.
    await claviger.insights.flush();
    const checkpoints = await auditCheckpoints(config, claviger, log);
    const dispatcher = new Dispatcher(claviger, (error) => {
      log.error({ err: error }, 'what came of a notice could not be written; it is sent again');
    });
    const metrics = createMetrics(claviger, dispatcher, checkpoints);
    const { githubKeysUrl } = config;
    const githubKeys =
      githubKeysUrl === null ? null : new GithubKeys(githubKeysUrl, claviger.clock);
    // Loaded here alone: commands that serve nobody do without it.
    const { createAccounts } = await import('./accounts/create-accounts.ts');
    const accounts = createAccounts(claviger, opened.sql, config, log);
    const surface: Surface = {
      claviger,
      accounts,
      mailer: createMailer(config),
      linkLimits: linkLimits(claviger.clock),
      config,
      log,
      metrics,
      tracing,
      githubKeys,
      dashboard: loadDashboard(),
      draining: false,
    };
    const server = await listen(surface, config.host, config.port);
    // Only now: a start that fails must not leave behind a key that nobody was shown.
    const first = await firstRootKey(config, claviger).catch(async (error: unknown) => {
      await server.stop(0);
      throw error;
    });
    const background = startBackground({ claviger, accounts, dispatcher, checkpoints, log });
    welcome(options.say, config, server.url, first);
    inviteFirstUser(options.say, config, await openSetUp(claviger));
    log.info({ url: server.url, database: config.database.type }, 'listening');
    return {
      url: server.url,
      claviger,
      dispatcher,
      async stop() {
        await server.stop(GRACE_MS);
        await background.stop().catch((error: unknown) => {
          log.error({ err: error }, 'the last usage counts and log entries could not be written');
        });
        await storage.close();
        await tracing?.shutdown().catch((error: unknown) => {
          log.warn({ err: error }, 'the last traces could not be sent');
        });
        log.info('stopped');
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

interface OpenOptions {
  readonly clock?: Clock | undefined;
  readonly tracing?: Tracing | null;
}

/** The database with its peppers, for the server and for commands beside it. Throws `StartError`. */
export async function openClaviger(
  config: Config,
  log: Log,
  { clock = systemClock, tracing = null }: OpenOptions = {},
): Promise<{ storage: Storage; claviger: Claviger; sql: SqlStorage['sql'] }> {
  const isNew = config.database.type === 'sqlite' && !existsSync(config.database.path);
  const untraced = await openStorage(config, log);
  const storage = tracing?.traced(untraced) ?? untraced;
  try {
    const peppers = new Peppers(config.peppers ?? filePeppers(config, isNew));
    const missing = await checkPeppers(storage, peppers);
    if (missing.length > 0) {
      log.warn(
        { versions: missing },
        'keys stored under peppers that are not configured are unknown now',
      );
    }
    const { cacheCapacity, logPolicy } = config;
    const courier = createCourier(config);
    const parts = { storage, peppers, clock, cacheCapacity, logPolicy, courier };
    return { storage, claviger: createClaviger(parts), sql: untraced.sql };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

function openStorage({ database }: Config, log: Log): Promise<SqlStorage> {
  if (database.type === 'sqlite') return openSqliteStorage({ path: database.path });
  return openPostgresStorage({
    url: database.url,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
}

/** A lost pepper must not be replaced by a new one without a word: every key would be unknown. */
function filePeppers({ database }: Config, isNew: boolean): readonly Pepper[] {
  if (database.type !== 'sqlite')
    throw new StartError('CLAVIGER_PEPPERS must be set with PostgreSQL.');
  const path = pepperFileOf(database.path);
  const peppers = readPepperFile(path);
  if (peppers !== null) return peppers;
  if (isNew) return createPepperFile(path);
  throw new StartError(
    `The database ${database.path} is there, but its pepper file ${path} is not, and no key can be recognized without it. Restore the file, or set CLAVIGER_PEPPERS to what it held.`,
  );
}

async function auditCheckpoints(
  config: Config,
  { storage, clock }: Claviger,
  log: Log,
): Promise<AuditCheckpoints | null> {
  const { checkpoints: target, checkpointEvery: every } = config.audit;
  if (target === null) return null;
  const { audit } = storage;
  const privateKey = signingKey(config);
  assertOurs(target, await audit.end());
  return new AuditCheckpoints({
    audit,
    clock,
    log,
    privateKey,
    sink: checkpointSink(target),
    every,
  });
}

async function takeOver({ lock }: Storage, log: Log): Promise<void> {
  const { predecessorMs } = await lock.acquire();
  if (predecessorMs === 0) return;
  log.info(
    { waitMs: predecessorMs },
    'the last server did not say goodbye; waiting until it cannot answer any more',
  );
  await delay(predecessorMs);
}

interface FirstRootKey {
  readonly secret: string;
  readonly file: string | null;
}

/** Null on every start but the first. */
async function firstRootKey(config: Config, claviger: Claviger): Promise<FirstRootKey | null> {
  if (await hasRootKey(claviger)) return null;
  const { rootKeyFile: file } = config;
  // Before the key is made: one that cannot be handed over would be lost.
  if (file !== null) reserve(file);
  const { secret } = await createRootKey(claviger, { name: 'First root key' }, 'first start');
  if (file !== null) writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return { secret, file };
}

function reserve(file: string): void {
  try {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new StartError(
      `CLAVIGER_ROOT_KEY_FILE cannot be made: ${reason}. Name a file that does not exist yet, in a folder that does.`,
      { cause: error },
    );
  }
}

function welcome(
  say: (line: string) => void,
  { database }: Config,
  url: string,
  first: FirstRootKey | null,
): void {
  const where = database.type === 'sqlite' ? `SQLite in ${database.path}` : 'PostgreSQL';
  say(`Claviger listens on ${url} with ${where}. Reference: ${url}/docs`);
  if (first === null) {
    say(
      'Lost the root key? Make another with: npx claviger root-keys create --name "<who uses it>"',
    );
    return;
  }
  say('');
  say(
    'Your root key, shown this once. Whoever holds it can do everything; keep it like a password:',
  );
  say('');
  say(`    ${first.secret}`);
  say('');
  if (first.file !== null) say(`It is also in ${first.file}, readable by you only.`);
  say(
    'What next: put it into CLAVIGER_ROOT_KEY (read -rs CLAVIGER_ROOT_KEY; export CLAVIGER_ROOT_KEY), then follow "Five minutes" in the README:',
  );
  say('define an API (PUT /v1/apis/{apiId}), create an organization and a key, and verify it.');
}

/** The link is said and never logged: whoever has it first runs everything. */
function inviteFirstUser(
  say: (line: string) => void,
  { publicUrl }: Config,
  token: string | null,
): void {
  if (token === null) return;
  say('');
  say('Nobody can sign in yet. Create the first user with this link, once, within 24 hours:');
  say('');
  say(`    ${publicUrl}/setup#token=${token}`);
}
