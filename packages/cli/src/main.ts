import { StartError } from '@claviger/core';
import { createProgram } from './program.ts';

/** 0: done. 1: refused, with the reason. 2 (by the argument parser): wrongly called. */
try {
  await createProgram().parseAsync();
} catch (error) {
  const message =
    error instanceof StartError || (error instanceof Error && 'code' in error)
      ? error.message
      : null;
  process.stderr.write(`claviger: ${message ?? describe(error)}\n`);
  process.exitCode = 1;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
}
