import { existsSync, readFileSync } from 'node:fs';
import { Peppers, StartError, type Pepper } from '@claviger/core';
import { inspectPostgres } from '@claviger/core/postgres';
import { inspectSqlite, type DatabaseState } from '@claviger/core/sqlite';
import { readConfig, signingKeyFileOf, type Config } from '@claviger/server';
import { checkCheckpoints } from './check-checkpoints.ts';
import { checkFileMode } from './check-file-mode.ts';
import { fail, failOf, ok, warn, type Finding } from './finding.ts';

/** The database, its migrations, its pepper, its files and its checkpoints. Reads and writes nothing. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const { database } = config;
  if (database.type === 'sqlite' && !existsSync(database.path)) {
    return [
      warn(
        'database',
        `${database.path} does not exist yet`,
        'The first start makes it. If the server has one elsewhere, run this where it runs and with its CLAVIGER_DATABASE_URL.',
      ),
    ];
  }
  const files = [
    ...(database.type === 'sqlite' ? checkFiles(database.path) : []),
    ...checkSigningKey(config),
  ];
  try {
    const state =
      database.type === 'sqlite'
        ? inspectSqlite(database.path)
        : await inspectPostgres(database.url);
    const where = database.type === 'sqlite' ? database.path : 'PostgreSQL';
    const found = ok('database', `${where} can be read`);
    return [
      found,
      checkMigrations(state),
      ...checkPepper(config, state),
      ...files,
      ...checkCheckpoints(config, state.instance),
    ];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [failOf('database', error), ...files];
  }
}

function checkMigrations({ pending }: DatabaseState): Finding {
  if (pending.length === 0) return ok('migrations', 'none is pending');
  return warn(
    'migrations',
    `${pending.join(', ')} ${pending.length === 1 ? 'is' : 'are'} pending`,
    'Take a backup, then run "claviger migrate", or start the server, which does the same.',
  );
}

/** As the server's pepper-file.ts has it. */
export const pepperFileOf = (databasePath: string): string =>
  `${databasePath.replace(/\.db$/, '')}.pepper`;

function checkPepper(config: Config, { peppers: known }: DatabaseState): Finding[] {
  const peppers = config.peppers ?? filePeppers(config);
  if (!Array.isArray(peppers)) return [peppers as Finding];
  const given = new Peppers(peppers as Pepper[]).fingerprints();
  const wrong = known.find((pepper) =>
    given.some(
      ({ version, fingerprint }) =>
        version === pepper.version && fingerprint !== pepper.fingerprint,
    ),
  );
  if (wrong !== undefined) {
    return [
      fail(
        'pepper',
        `pepper ${wrong.version} is not the one this database was written with, so no key in it would be recognized`,
        'Restore the original (CLAVIGER_PEPPERS, or the .pepper file beside the database).',
      ),
    ];
  }
  return [ok('pepper', `version ${given.map(({ version }) => version).join(', ')} at hand`)];
}

function filePeppers({ database }: Config): readonly Pepper[] | Finding {
  const path = database.type === 'sqlite' ? pepperFileOf(database.path) : '';
  const remedy = 'Restore it from its backup, or set CLAVIGER_PEPPERS to what it held.';
  if (!existsSync(path)) {
    return fail('pepper', `${path} is missing, and no key can be recognized without it`, remedy);
  }
  try {
    // Read as the setting of the same form.
    const { peppers } = readConfig({ CLAVIGER_PEPPERS: readFileSync(path, 'utf8') });
    return peppers ?? fail('pepper', `${path} is empty`, remedy);
  } catch (error) {
    const reason =
      error instanceof StartError
        ? 'it is not what a pepper file holds'
        : 'check its owner and permissions';
    return fail('pepper', `${path} cannot be used: ${reason}`, remedy);
  }
}

const checkFiles = (path: string): Finding[] => [
  ...checkFileMode({ check: 'database-file', what: 'the database', path, status: 'warn' }),
  ...checkFileMode({
    check: 'pepper-file',
    what: 'the pepper file',
    path: pepperFileOf(path),
    status: 'fail',
  }),
];

function checkSigningKey(config: Config): Finding[] {
  const path = signingKeyFileOf(config);
  const what = 'the audit signing key';
  return path === null
    ? []
    : checkFileMode({ check: 'audit-key-file', what, path, status: 'fail' });
}
