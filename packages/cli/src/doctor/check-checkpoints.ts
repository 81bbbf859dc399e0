import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ed25519PublicKey, readCheckpoint, StartError, type Checkpoint } from '@claviger/core';
import { lastCheckpoint, readSigningKey, signingKeyFileOf, type Config } from '@claviger/server';
import { fail, failOf, ok, warn, type Finding } from './finding.ts';

const CHECK = 'audit-checkpoints';

/** The file they are kept in, if it is one: whether more can be added, and whose the last one is. */
export function checkCheckpoints(config: Config, instance: string | null): Finding[] {
  const { checkpoints: target } = config.audit;
  if (target?.type !== 'file') return [];
  const { path } = target;
  try {
    const { R_OK, W_OK } = constants;
    if (existsSync(path)) accessSync(path, R_OK | W_OK);
    else accessSync(dirname(path), W_OK);
    return [checkLast(config, path, instance)];
  } catch (error) {
    if (error instanceof StartError) return [failOf(CHECK, error)];
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return [
      fail(
        CHECK,
        `${path} cannot be written (${reason})`,
        'Name a file in a folder that exists and that the server may write to and read.',
      ),
    ];
  }
}

function checkLast(config: Config, path: string, instance: string | null): Finding {
  if (!existsSync(path) || statSync(path).size === 0) {
    return ok(CHECK, `${path} can be written; there is none in it yet`);
  }
  const last = lastCheckpoint(path);
  if (last === null) {
    return warn(
      CHECK,
      `${path} does not end in a checkpoint`,
      'Find out what wrote there, and whether some were lost.',
    );
  }
  if (instance !== null && last.instance !== instance) {
    return fail(
      CHECK,
      `${path} holds checkpoints of another database`,
      'Name another file in CLAVIGER_AUDIT_CHECKPOINTS, or move this one away and keep it; the server does not start with it.',
    );
  }
  const fault = signatureFault(config, last);
  if (fault === null)
    return ok(CHECK, `${path} can be written; the last is of ${last.at}, and signed`);
  return fail(
    CHECK,
    `the last checkpoint in ${path} ${fault}`,
    'Restore the signing key if it was replaced. Else somebody wrote there: hold the log against copies with "claviger audit verify --checkpoints".',
  );
}

function signatureFault(config: Config, last: Checkpoint): string | null {
  const keyFile = signingKeyFileOf(config);
  const key = keyFile === null ? null : readSigningKey(keyFile);
  if (key === null) return 'cannot be checked: the signing key is missing';
  const read = readCheckpoint(JSON.stringify(last), [ed25519PublicKey(key)]);
  return typeof read === 'string' ? read : null;
}
