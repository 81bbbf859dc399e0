import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, inject, test } from 'vitest';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import {
  call,
  define,
  newKey,
  run,
  serveProcess,
  temporaryFolder,
  type ServerProcess,
} from './harness/server-process.ts';

async function stop(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM');
  expect((await server.ended).code).toBe(0);
}

const pepper = `1:${Buffer.alloc(32, 1).toString('base64')}`;

describe('starting', () => {
  test('the first start makes a root key and prints it once; the next says how to make another', async () => {
    using folder = temporaryFolder();
    const first = await serveProcess(folder.sqlite);
    const { rootKey } = first;
    expect(rootKey).toMatch(/^clv_[0-9A-Za-z]{48}$/);
    expect((await call(first, rootKey ?? '', 'GET', '/v1/apis')).status).toBe(200);
    await stop(first);
    const second = await serveProcess(folder.sqlite);
    expect(second.rootKey).toBeNull();
    expect((await call(second, rootKey ?? '', 'GET', '/v1/apis')).status).toBe(200);
    await stop(second);
    const { stdout, stderr } = await second.ended;
    expect(stdout).toContain('npx claviger root-keys create');
    expect(stderr).not.toContain(rootKey);
  });

  test('database and pepper are readable by their owner only', async () => {
    using folder = temporaryFolder();
    await stop(await serveProcess(folder.sqlite));
    for (const name of ['claviger.db', 'claviger.pepper']) {
      expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('the root key goes to CLAVIGER_ROOT_KEY_FILE, readable by its owner only, and never over another file', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'root.key');
    const settings = { ...folder.sqlite, CLAVIGER_ROOT_KEY_FILE: file };
    writeFileSync(file, 'something else\n');
    await expect(serveProcess(settings)).rejects.toThrow('Name a file that does not exist yet');
    expect(readFileSync(file, 'utf8')).toBe('something else\n');
    rmSync(file);
    const server = await serveProcess(settings);
    expect(readFileSync(file, 'utf8')).toBe(`${server.rootKey}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await stop(server);
  });

  test('every wrong setting is named, with what it should be', async () => {
    const { code, stderr } = await run(['serve'], {
      CLAVIGER_PORT: '99999',
      CLAVIGER_DATABASE_URL: 'mysql://x',
      CLAVIGER_PUBLIC_URL: 'ftp://x',
      CLAVIGER_PEPPERS: 'aGVsbG8tc2VjcmV0',
      CLAVIGER_TRUSTED_PROXIES: '10.0.0.0/99',
      CLAVIGER_PROT: '1',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('CLAVIGER_PROT is not a setting');
    expect(stderr).toContain('CLAVIGER_PORT');
    expect(stderr).toContain('CLAVIGER_DATABASE_URL must be sqlite:<file> or postgres://');
    expect(stderr).toContain('CLAVIGER_PUBLIC_URL must be an http or https address');
    expect(stderr).toContain('CLAVIGER_PEPPERS must be versions with base64');
    expect(stderr).toContain('"10.0.0.0/99" is neither an address nor a CIDR block');
    expect(stderr).not.toContain('aGVsbG8tc2VjcmV0');
  });

  test('a port that is taken is refused with the way out', async () => {
    using folder = temporaryFolder();
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const port = String((holder.address() as AddressInfo).port);
    const { code, stderr } = await run(['serve'], { ...folder.sqlite, CLAVIGER_PORT: port });
    holder.close();
    expect(code).toBe(1);
    expect(stderr).toContain('Set CLAVIGER_HOST or CLAVIGER_PORT to another address');
    // The root key that nobody was shown was not made: the next start makes and shows it.
    const next = await serveProcess(folder.sqlite);
    expect(next.rootKey).toMatch(/^clv_/);
    await stop(next);
  });

  test('an old Node is told what to do', async () => {
    const pretend =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';
    const { code, stderr } = await run(['serve'], {}, ['--import', pretend]);
    expect(code).toBe(1);
    expect(stderr).toContain('claviger needs Node 24 or newer');
  });
});

describe('one server to a database', () => {
  test('a second server on the same SQLite file is refused, and the first goes on', async () => {
    using folder = temporaryFolder();
    const first = await serveProcess(folder.sqlite);
    await expect(serveProcess(folder.sqlite)).rejects.toThrow(
      'Another Claviger server is running on',
    );
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    await stop(first);
    await stop(await serveProcess(folder.sqlite));
  });

  test('a second server on the same PostgreSQL database is refused, and the first goes on', async () => {
    const settings = {
      CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
      CLAVIGER_PEPPERS: pepper,
    };
    const first = await serveProcess(settings);
    await expect(serveProcess(settings)).rejects.toThrow(
      'Another Claviger server is running on this PostgreSQL',
    );
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    await stop(first);
    await stop(await serveProcess(settings));
  });

  test('a root key made beside a running server works at once', async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite);
    const made = await run(
      ['root-keys', 'create', '--name', 'Gateway', '--permission', 'apis:read'],
      folder.sqlite,
    );
    expect(made.code).toBe(0);
    const key = made.stdout.trim();
    expect(key).toMatch(/^clv_[0-9A-Za-z]{48}$/);
    expect((await call(server, key, 'GET', '/v1/apis')).status).toBe(200);
    expect((await call(server, key, 'GET', '/v1/keys')).status).toBe(403);
    await stop(server);
  });
});

describe('a database that does not fit', () => {
  test.each(['sqlite', 'postgres'] as const)(
    'one that is newer than the program is refused untouched: %s',
    async (kind) => {
      using folder = temporaryFolder();
      const settings: Record<string, string> =
        kind === 'sqlite'
          ? { ...folder.sqlite }
          : {
              CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
              CLAVIGER_PEPPERS: pepper,
            };
      await stop(await serveProcess(settings));
      await addMigration(kind, settings['CLAVIGER_DATABASE_URL'] ?? '');
      const { code, stderr } = await run(['serve'], settings);
      expect(code).toBe(1);
      expect(stderr).toContain(
        'The database is newer than this program: it has migration 9999_later',
      );
      expect(stderr).toContain('Nothing was changed.');
    },
  );

  test('a file that is no database is refused and kept', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'claviger.db');
    writeFileSync(file, 'these are my holiday notes, keep them\n'.repeat(100));
    const { code, stderr } = await run(['serve'], folder.sqlite);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be opened');
    expect(readFileSync(file, 'utf8')).toContain('my holiday notes');
  });

  test('a PostgreSQL that does not answer is named as such, without its password', async () => {
    const { code, stderr } = await run(['serve'], {
      CLAVIGER_DATABASE_URL: 'postgres://claviger:hunter2hunter2@127.0.0.1:9/claviger',
      CLAVIGER_PEPPERS: pepper,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('PostgreSQL cannot be used');
    expect(stderr).not.toContain('hunter2hunter2');
  });

  test('a lost pepper file is asked for, not replaced', async () => {
    using folder = temporaryFolder();
    await stop(await serveProcess(folder.sqlite));
    const file = join(folder.path, 'claviger.pepper');
    copyFileSync(file, `${file}.kept`);
    rmSync(file);
    const { code, stderr } = await run(['serve'], folder.sqlite);
    expect(code).toBe(1);
    expect(stderr).toContain('Restore the file');
    expect(existsSync(file)).toBe(false);
    copyFileSync(`${file}.kept`, file);
    await stop(await serveProcess(folder.sqlite));
  });

  test('another pepper under the same version is noticed at start', async () => {
    using folder = temporaryFolder();
    await stop(await serveProcess({ ...folder.sqlite, CLAVIGER_PEPPERS: pepper }));
    const other = `1:${Buffer.alloc(32, 2).toString('base64')}`;
    const { code, stderr } = await run(['serve'], { ...folder.sqlite, CLAVIGER_PEPPERS: other });
    expect(code).toBe(1);
    expect(stderr).toContain('Pepper 1 is not the one this database was written with');
  });
});

describe('a new pepper', () => {
  test('is taken up by each key at its next use, without a new secret; then the old one can go', async () => {
    using folder = temporaryFolder();
    const both = `2:${Buffer.alloc(32, 2).toString('base64')},${pepper}`;
    const first = await serveProcess({ ...folder.sqlite, CLAVIGER_PEPPERS: pepper });
    const rootKey = first.rootKey ?? '';
    await define(first, rootKey);
    const used = await call(
      first,
      rootKey,
      'POST',
      '/v1/keys',
      newKey('Used while both are there'),
    );
    const unused = await call(first, rootKey, 'POST', '/v1/keys', newKey('Not used in that time'));
    await stop(first);

    const second = await serveProcess({ ...folder.sqlite, CLAVIGER_PEPPERS: both });
    expect((await verify(second, rootKey, used.body.secret)).code).toBe('VALID');
    await stop(second); // flushes what was stored anew

    const newOnly = both.split(',')[0] ?? '';
    const third = await serveProcess({ ...folder.sqlite, CLAVIGER_PEPPERS: newOnly });
    expect((await verify(third, rootKey, used.body.secret)).code).toBe('VALID');
    expect((await verify(third, rootKey, unused.body.secret)).code).toBe('NOT_FOUND');
    await stop(third);
    expect((await third.ended).stderr).toContain('"versions":[1]');
  });
});

describe('stopping', () => {
  test('SIGTERM lets requests in flight finish, writes the last counts and exits 0', async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite);
    const rootKey = server.rootKey ?? '';
    await define(server, rootKey);
    const { body: created } = await call(
      server,
      rootKey,
      'POST',
      '/v1/keys',
      newKey('Zapier production'),
    );
    expect((await verify(server, rootKey, created.secret)).code).toBe('VALID');
    const inFlight = await beginRequest(server, rootKey, '/v1/keys', newKey('Warehouse staging'));
    server.signal('SIGTERM');
    await expect
      .poll(() => fetch(`${server.url}/health/live`).catch(() => 'refused'))
      .toBe('refused');
    expect(await inFlight.finish()).toMatchObject({ status: 201, connection: 'close' });
    expect((await server.ended).code).toBe(0);
    const database = new Database(join(folder.path, 'claviger.db'), { readonly: true });
    const used = database.prepare('SELECT id FROM key_last_uses').all() as { id: string }[];
    database.close();
    expect(used.map(({ id }) => id)).toContain(created.key.id);
  });

  test('SIGTERM to npm start reaches the server', async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite, ['npm', 'start']);
    server.signal('SIGTERM');
    await server.ended;
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    await stop(await serveProcess(folder.sqlite)); // the lock is free again
  });
});

/** A request whose headers the server has certainly taken, and whose body is still to come. */
async function beginRequest(server: ServerProcess, key: string, path: string, body: unknown) {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    expect: '100-continue',
  };
  const sent = request(server.url + path, { method: 'POST', headers });
  sent.flushHeaders();
  await once(sent, 'continue');
  return {
    async finish() {
      sent.end(text);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return { status: response.statusCode, connection: response.headers.connection };
    },
  };
}

async function verify(server: ServerProcess, rootKey: string, token: string) {
  return (await call(server, rootKey, 'POST', '/v1/keys/verify', { token, apiId: 'interact' }))
    .body;
}

async function addMigration(kind: 'sqlite' | 'postgres', url: string): Promise<void> {
  const insert = "INSERT INTO migrations VALUES (9999, '9999_later', 'x', 0)";
  if (kind === 'sqlite') {
    const database = new Database(url.slice('sqlite:'.length));
    database.exec(insert);
    database.close();
    return;
  }
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(insert);
  await client.end();
}
