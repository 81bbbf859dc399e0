import { betterAuth } from 'better-auth';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createClaviger, openSetUp, Peppers, StorageError, type Claviger } from '@claviger/core';
import { openPostgresStorage } from '@claviger/core/postgres';
import { openSqliteStorage, type SqlStorage } from '@claviger/core/sqlite';
import { createDatabase } from '../../core/test/harness/postgres-database.ts';
import { createAccounts, type Accounts } from '../src/accounts/create-accounts.ts';
import { signInOptions } from '../src/accounts/sign-in-options.ts';
import { createLog } from '../src/log.ts';
import { PASSWORD } from './harness/people.ts';
import { TestClock } from './harness/test-clock.ts';

const publicUrl = 'https://keys.example.com';
const DAY_MS = 24 * 60 * 60 * 1_000;
const nobody = { ip: null, requestId: null, userAgent: null };
const first = { email: 'operator@example.com', name: 'Operator', password: PASSWORD };

const pepper = (version: number) => ({ version, key: Buffer.alloc(32, version) });

describe.each(['sqlite', 'postgres'] as const)('sessions, on %s', (database) => {
  let storage: SqlStorage;
  let claviger: Claviger;
  let accounts: Accounts;
  let logged: string;
  const clock = new TestClock();

  const open = (versions: readonly number[]) => {
    const peppers = new Peppers(versions.map(pepper));
    claviger = createClaviger({ storage, peppers, clock });
    const log = createLog({ logLevel: 'debug' }, { write: (line) => (logged += line) });
    accounts = createAccounts(
      claviger,
      storage.sql,
      { publicUrl, oidc: null, notices: { mail: null } },
      log,
    );
  };
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
    logged = '';
    storage =
      database === 'sqlite'
        ? await openSqliteStorage({ path: ':memory:' })
        : await openPostgresStorage({ url: await createDatabase(inject('postgresUrl')) });
    await storage.lock.acquire();
    open([1]);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await storage.close().catch(() => undefined);
  });

  const firstUser = async () => {
    const token = (await openSetUp(claviger)) ?? '';
    const { cookies } = await accounts.setUp(nobody, { ...first, token });
    return new Headers({ cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') });
  };
  const rows = async () => {
    const { sql } = storage;
    // The library's own table, which our types do not know.
    const query = sql.selectFrom('account_sessions' as 'account_users').selectAll();
    return (await query.execute()) as unknown as Readonly<Record<string, unknown>>[];
  };

  test('are stored alike in both databases, times as text', async () => {
    await firstUser();
    const [row] = await rows();
    expect(row).toEqual({
      id: expect.any(String),
      user_id: expect.stringMatching(/^usr_/),
      token: expect.any(String),
      ip_address: expect.any(String),
      user_agent: '',
      created_at: '2026-11-21T09:30:00.000Z',
      updated_at: '2026-11-21T09:30:00.000Z',
      expires_at: '2026-11-28T09:30:00.000Z',
    });
  });

  test('are signed with what is not in the database: its tokens are no cookies', async () => {
    const headers = await firstUser();
    expect(await accounts.identify(headers)).toMatchObject({ signedInAt: clock.now() });
    const [row] = await rows();
    const name = '__Secure-claviger.session_token';
    const stolen = new Headers({ cookie: `${name}=${String(row?.['token'])}` });
    expect(accounts.cookies.presentsSession(stolen)).toBe(true);
    expect(await accounts.identify(stolen)).toBeNull();
    // The same pepper, as after a start: the same key. A new one signs everybody out.
    open([1]);
    expect(await accounts.identify(headers)).not.toBeNull();
    open([2, 1]);
    expect(await accounts.identify(headers)).toBeNull();
  });

  test('are forgotten when they are over, and not before', async () => {
    await firstUser();
    vi.setSystemTime(clock.now() + 7 * DAY_MS);
    await accounts.forgetOld();
    expect(await rows()).toHaveLength(1);
    vi.setSystemTime(clock.now() + 7 * DAY_MS + 1);
    await accounts.forgetOld();
    expect(await rows()).toEqual([]);
  });

  test('of a user who is gone are nobody', async () => {
    const headers = await firstUser();
    await storage.sql.deleteFrom('account_users').execute();
    expect(await accounts.identify(headers)).toBeNull();
  });

  test('are unavailable without the database, and not unknown', async () => {
    const headers = await firstUser();
    await storage.close();
    await expect(accounts.identify(headers)).rejects.toThrow(StorageError);
    const body = JSON.stringify(first);
    const request = {
      ...nobody,
      path: '/sign-in/email',
      method: 'POST',
      cookie: null,
      body,
    } as const;
    await expect(accounts.request(request)).rejects.toThrow(StorageError);
    expect(logged).not.toContain(PASSWORD);
  });
});

// Of both databases it believes that they are SQLite.
test('the tables have every column that the sign-in library asks for', async () => {
  const storage = await openSqliteStorage({ path: ':memory:' });
  const log = createLog({ logLevel: 'silent' }, { write: () => undefined });
  const peppers = new Peppers([pepper(1)]);
  const { sql } = storage;
  const options = signInOptions({ origin: publicUrl, peppers, sql, log, singleSignOn: null });
  const advanced = { ...options.advanced, database: { validateSchema: true } };
  const context = await betterAuth({ ...options, advanced }).$context;
  await expect(context.checkSchema?.()).resolves.not.toThrow();
  await storage.sql.schema.dropTable('account_verifications' as 'members').execute();
  const broken = await betterAuth({ ...options, advanced }).$context;
  await expect(broken.checkSchema?.()).rejects.toThrow();
  await storage.close();
});
