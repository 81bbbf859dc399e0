import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { StartError } from '@claviger/core';
import type { Config } from '../config.ts';

/** Beside the SQLite database unless it is named. Null: with PostgreSQL, it has to be. */
export function signingKeyFileOf({
  audit,
  database,
}: Pick<Config, 'audit' | 'database'>): string | null {
  if (audit.signingKeyFile !== null) return audit.signingKeyFile;
  return database.type === 'sqlite' ? `${database.path.replace(/\.db$/, '')}.audit-key` : null;
}

/** Null when there is no such file. Throws `StartError` when it cannot be read, or is no Ed25519 key. */
export function readSigningKey(path: string): KeyObject | null {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StartError(
      `The audit signing key ${path} cannot be read. Check its owner and permissions.`,
      { cause: error },
    );
  }
  const key = parseKey(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new StartError(
    `The audit signing key ${path} is not an Ed25519 key in PEM (PKCS#8). Make one with: ${HOW_TO_MAKE(path)}`,
  );
}

/**
 * Made where it is not named and missing, on SQLite: readable by its owner only. Not in the place of one that
 * signed before: whoever knows its public key would take the new one's checkpoints for forged. Throws `StartError`.
 */
export function signingKey(config: Pick<Config, 'audit' | 'database'>): KeyObject {
  const { audit } = config;
  const path = signingKeyFileOf(config);
  const found = path === null ? null : readSigningKey(path);
  if (found !== null) return found;
  if (path === null || audit.signingKeyFile !== null || hasCheckpoints(audit.checkpoints)) {
    const file = path ?? 'CLAVIGER_AUDIT_SIGNING_KEY_FILE';
    throw new StartError(
      `The audit signing key ${file} is missing. Restore it from its backup, or make a new one, whose public key auditors have to be told: ${HOW_TO_MAKE(file)}`,
    );
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  return privateKey;
}

const HOW_TO_MAKE = (path: string): string =>
  `(umask 077; openssl genpkey -algorithm ed25519 -out ${path})`;

/** The parser's message is left out: it is about a secret. */
function parseKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function hasCheckpoints(target: Config['audit']['checkpoints']): boolean {
  if (target?.type !== 'file') return false;
  const found = statSync(target.path, { throwIfNoEntry: false });
  return found !== undefined && found.size > 0;
}
