import { createServer } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { redisStorage } from '@better-auth/redis-storage';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { answerAsks } from '../src/processes/process.ts';

/**
 * better-auth's API-key plugin as its documentation says it is fastest: no rate limit of its own, no log,
 * no telemetry; with Redis, updates after the answer and commands of one turn in one packet.
 *
 * @typedef {{ kind: 'sqlite' | 'postgres' | 'redis', at: string, keys: number }} Peer `at`: a file, or a URL.
 */

/** What each key holds, and what each verification asks for. */
const permissions = { agent_jobs: ['read'] };

const KEYS_AT_ONCE = 20;

/** @type {ReturnType<typeof openAuth>} */
let auth;
/** @type {string[]} */
const keys = [];
let turn = 0;
/** @type {() => unknown} */
let close = () => undefined;

/** @param {{ kind: 'sqlite' | 'postgres' | 'redis', at: string }} where */
function openStore({ kind, at }) {
  if (kind === 'sqlite') {
    const database = new Database(at);
    database.pragma('journal_mode = WAL');
    close = () => database.close();
    return { database };
  }
  if (kind === 'postgres') {
    const database = new pg.Pool({ connectionString: at });
    close = () => database.end();
    return { database };
  }
  const client = new Redis(at, { enableAutoPipelining: true });
  close = () => client.disconnect();
  return { secondaryStorage: redisStorage({ client }) };
}

/** @param {{ kind: 'sqlite' | 'postgres' | 'redis', at: string }} where */
function openAuth(where) {
  const inRedis = where.kind === 'redis';
  return betterAuth({
    ...openStore(where),
    baseURL: 'http://127.0.0.1',
    secret: 'of the benchmark, which signs nothing',
    logger: { disabled: true },
    telemetry: { enabled: false },
    advanced: { backgroundTasks: { handler: () => undefined } },
    plugins: [
      apiKey({
        storage: inRedis ? 'secondary-storage' : 'database',
        // In a database the updates are made before the answer whatever this says, and more is done besides.
        deferUpdates: inRedis,
        rateLimit: { enabled: false },
      }),
    ],
  });
}

/** @param {Peer} peer */
async function start({ kind, at, keys: count }) {
  auth = openAuth({ kind, at });
  if (kind !== 'redis') await (await getMigrations(auth.options)).runMigrations();
  while (keys.length < count) {
    const many = Math.min(KEYS_AT_ONCE, count - keys.length);
    const creating = Array.from({ length: many }, (_, n) => create(keys.length + n));
    keys.push(...(await Promise.all(creating)));
  }
  for (const key of keys) await verify({ key, permissions });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const bodies = keys.map((key) => JSON.stringify({ key, permissions }));
  return { url: `http://127.0.0.1:${address.port}`, bodies };
}

/**
 * A key to a user: in Redis a user's keys are one list, which each verification reads and writes whole.
 *
 * @param {number} number
 */
async function create(number) {
  const name = `Production scheduler ${String(number).padStart(6, '0')}`;
  const body = { name, userId: `user-${number}`, permissions };
  return (await auth.api.createApiKey({ body })).key;
}

/** @param {{ key: string, permissions: Record<string, string[]> }} body */
async function verify(body) {
  const answer = await auth.api.verifyApiKey({ body });
  if (!answer.valid) throw new Error(`the peer refused a key: ${JSON.stringify(answer.error)}`);
  return answer;
}

/**
 * In process, by so many callers at once: while one waits for its database another computes.
 *
 * @param {{ callers: number, seconds: number }} effort
 */
async function perSecond({ callers, seconds }) {
  let done = 0;
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const calling = Array.from({ length: callers }, async () => {
    for (; performance.now() < end; done++) {
      await verify({ key: /** @type {string} */ (keys[turn++ % keys.length]), permissions });
    }
  });
  await Promise.all(calling);
  return (done / (performance.now() - begun)) * 1_000;
}

/** No router and no middleware: the least that is needed to ask it over HTTP. */
const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const answer = await auth.api.verifyApiKey({
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
    const body = JSON.stringify(answer);
    // The load generator ends the run at any other status than 200.
    response.writeHead(answer.valid ? 200 : 401, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});

answerAsks({ start, perSecond }, () => close());
