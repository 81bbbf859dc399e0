import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ed25519PublicKey, readCheckpoint, type ChainMark, type Checkpoint } from '@claviger/core';
import { unreadable } from '../connection.ts';
import { Failure, wronglyCalled } from '../failure.ts';

/** A line of the file that is not to be trusted. */
export interface CheckpointFault {
  readonly line: number;
  readonly message: string;
}

export interface ReadCheckpoints {
  readonly marks: readonly ChainMark[];
  readonly faults: readonly CheckpointFault[];
  /** The databases they speak of. */
  readonly instances: readonly string[];
}

/** Some three hundred thousand checkpoints. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** The checkpoints of a file that one of the keys signed. Throws `Failure` for a file that cannot be read. */
export async function readCheckpoints(
  file: string,
  keyFiles: readonly string[],
): Promise<ReadCheckpoints> {
  const keys = await Promise.all(keyFiles.map(readPublicKey));
  const lines = (await readSmall(file)).split('\n');
  const marks: ChainMark[] = [];
  const faults: CheckpointFault[] = [];
  const instances = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const checkpoint = readCheckpoint(line, keys);
    if (typeof checkpoint === 'string') faults.push({ line: index + 1, message: checkpoint });
    else {
      marks.push(markOf(checkpoint));
      instances.add(checkpoint.instance);
    }
  }
  if (marks.length === 0 && faults.length === 0) {
    throw new Failure(
      `${file} holds no checkpoint, and proves nothing. Where are those that were kept?`,
    );
  }
  return { marks, faults, instances: [...instances] };
}

const markOf = ({ sequence, hash, at }: Checkpoint): ChainMark => ({
  sequence,
  hash,
  kind: 'checkpoint',
  by: `the checkpoint of ${at}`,
});

async function readSmall(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) {
      throw new Failure(`${file} has more than 100 MiB. Give the part of it that is wanted.`);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(file, error);
  }
}

async function readPublicKey(file: string): Promise<KeyObject> {
  const pem = await readSmall(file);
  if (pem.includes('PRIVATE KEY')) {
    throw wronglyCalled(
      `${file} holds a private key, which nobody but the server should have. Give what "claviger audit public-key" prints.`,
    );
  }
  try {
    return ed25519PublicKey(pem);
  } catch {
    throw wronglyCalled(
      `${file} holds no Ed25519 public key. Give what "claviger audit public-key" prints.`,
    );
  }
}
