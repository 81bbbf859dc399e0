import type { CompleteLogs, LogsCompleted } from '@claviger/contract';
import type { Context } from '../context.ts';
import type { Caller } from '../scope.ts';

/**
 * Adds what the protected API answered in the end; what the caller may not see is unknown. Rejects with
 * `StorageError`, and with `OverloadedError` while too many wait to be written.
 */
export async function completeLogs(
  { logs }: Context,
  { scope }: Caller,
  { entries }: CompleteLogs,
): Promise<LogsCompleted> {
  const unknown = await logs.complete(scope, entries);
  return { completed: entries.length - unknown.length, unknown };
}
