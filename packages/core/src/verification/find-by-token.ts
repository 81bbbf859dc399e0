import { hashToken } from '../tokens/digest.ts';
import { isWellFormed } from '../tokens/parse-token.ts';
import type { SecretEntry } from './entries.ts';
import type { KeyDirectory } from './key-directory.ts';

/**
 * The secret or public key that a token is, of whatever API. One without a valid checksum that no API's
 * legacy formats fit costs no look-up. Rejects with `StorageError`, `OverloadedError`.
 */
export async function findByToken(
  directory: KeyDirectory,
  token: string,
  nowMs: number,
): Promise<SecretEntry | null> {
  const tokenHash = hashToken(token);
  const known = directory.peek(tokenHash, nowMs);
  if (known !== undefined) return known;
  const mayBeThere = isWellFormed(token) || (await directory.isLegacy(token));
  return mayBeThere ? directory.find(tokenHash) : null;
}
