import type { Context } from '../context.ts';
import { InvalidRequestError } from '../errors.ts';
import { scopeOfRecords, type Caller } from '../scope.ts';

/**
 * The caller, as they may read the records of one key: its log, its counts, its history. Throws
 * `InvalidRequestError` for one who sees records key by key, and named no key.
 */
export async function readerOfRecords(
  context: Pick<Context, 'storage'>,
  caller: Caller,
  keyId: string | undefined,
): Promise<Caller> {
  if (caller.scope.owners === null) return caller;
  if (keyId !== undefined) return readerOfKey(context, caller, keyId);
  const message = 'must name one of your keys: your role reads the records of its own keys alone';
  throw new InvalidRequestError([{ pointer: '/query/keyId', message }]);
}

/** The same for a record that was found. `keyId`: null: it is about no key. */
export async function readerOfKey(
  { storage }: Pick<Context, 'storage'>,
  caller: Caller,
  keyId: string | null,
): Promise<Caller> {
  if (caller.scope.owners === null || keyId === null) return caller;
  const found = await storage.keys.getKey(keyId);
  return { ...caller, scope: scopeOfRecords(caller.scope, found?.key ?? null) };
}
