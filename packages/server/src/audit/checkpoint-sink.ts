import { closeSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { StartError, type AuditEnd, type Checkpoint } from '@claviger/core';
import type { CheckpointTarget } from '../config.ts';
import { lastCheckpoint } from './last-checkpoint.ts';

/** Where checkpoints go. Rejects, at the latest when the signal says so, when one may not have arrived. */
export type CheckpointSink = (checkpoint: Checkpoint, signal: AbortSignal) => Promise<void>;

const lineOf = (checkpoint: Checkpoint): string => `${JSON.stringify(checkpoint)}\n`;

export const checkpointSink = (target: CheckpointTarget): CheckpointSink =>
  target.type === 'file'
    ? (checkpoint) => appendLine(target.path, lineOf(checkpoint))
    : (checkpoint, signal) => post(target.url, lineOf(checkpoint), signal);

/**
 * Throws `StartError` for a file that nothing can be added to, or that holds the checkpoints of another database:
 * better at once than with the first checkpoint.
 */
export function assertOurs(target: CheckpointTarget, { instance }: AuditEnd): void {
  if (target.type !== 'file') return;
  const { path } = target;
  let last: Checkpoint | null;
  try {
    closeSync(openSync(path, 'a', 0o600));
    last = lastCheckpoint(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new StartError(
      `CLAVIGER_AUDIT_CHECKPOINTS cannot be written: ${reason}. Name a file in a folder that exists and that the server may write to and read.`,
      { cause: error },
    );
  }
  if (last === null || last.instance === instance) return;
  throw new StartError(
    `CLAVIGER_AUDIT_CHECKPOINTS names ${path}, which holds checkpoints of another database (instance ${last.instance}; this is ${instance}). Name another file, or move this one away and keep it.`,
  );
}

/** `O_APPEND`, so that nothing there is overwritten; on the disk before it resolves. */
async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    // A crash in the middle of a line must not take the next one with it.
    const text = (await endsInLine(file)) ? line : `\n${line}`;
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

async function post(url: string, line: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal,
    headers: { 'content-type': 'application/x-ndjson' },
    body: line,
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the address of the checkpoints answered ${response.status}`);
}
