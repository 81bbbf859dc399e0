import { existsSync } from 'node:fs';
import { verifyAuditLog, type ChainMark, type ChainReport } from '@claviger/core';
import { openPostgresAuditLog } from '@claviger/core/postgres';
import { openSqliteAuditLog } from '@claviger/core/sqlite';
import { readConfig } from '@claviger/server';
import { Failure } from '../failure.ts';

/** The database of the server's settings, read and not written. Throws `StartError`, `Failure`. */
export async function verifyDatabase(
  marks: readonly ChainMark[],
  onProgress: (events: number) => void,
): Promise<{ report: ChainReport; instance: string }> {
  const { database } = readConfig(process.env);
  if (database.type === 'sqlite' && !existsSync(database.path)) {
    throw new Failure(
      `There is no database ${database.path}. Run this where the server runs and with its CLAVIGER_DATABASE_URL.`,
    );
  }
  const { audit, close } =
    database.type === 'sqlite'
      ? await openSqliteAuditLog(database.path)
      : await openPostgresAuditLog(database.url);
  try {
    const { instance } = await audit.end();
    return { report: await verifyAuditLog(audit, marks, onProgress), instance };
  } finally {
    await close();
  }
}
