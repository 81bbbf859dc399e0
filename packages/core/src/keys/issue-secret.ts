import type { TokenFormat } from '@claviger/contract';
import type { Context } from '../context.ts';
import { newId } from '../ids.ts';
import type { ApiRecord, KeyRecord, SecretRecord } from '../ports/records.ts';
import { hashToken } from '../tokens/digest.ts';
import { generateToken, tokenHint } from '../tokens/generate-token.ts';

export interface IssuedSecret {
  /** To be shown once and kept nowhere. */
  readonly token: string;
  readonly record: SecretRecord;
}

/** A new secret of the key's kind, or the public half of a pair. Undefined where the API has no such format. */
export function issueSecret(
  { peppers }: Pick<Context, 'peppers'>,
  { definition: { formats } }: ApiRecord,
  { id: keyId, kind, environment }: Pick<KeyRecord, 'id' | 'kind' | 'environment'>,
  type: SecretRecord['type'],
  nowMs: number,
): IssuedSecret | undefined {
  const format: TokenFormat | undefined =
    kind === 'pair' ? formats.pair?.[type] : type === 'secret' ? formats.secret : undefined;
  if (format === undefined) return undefined;
  const token = generateToken(format, environment);
  const record: SecretRecord = {
    id: newId('sec', nowMs),
    keyId,
    type,
    ...peppers.digest(hashToken(token)),
    hint: tokenHint(token),
    createdAt: nowMs,
    expiresAt: null,
    endedAt: null,
  };
  return { token, record };
}

export const digestsOf = (...secrets: (IssuedSecret | undefined)[]): string[] =>
  secrets.flatMap((secret) => (secret === undefined ? [] : [secret.record.digest.toString('hex')]));
