import type { PutApi, TokenFormat } from '@claviger/contract';
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

/**
 * A new secret of the key's kind, or what may be public of it: the half of a pair, all of a publishable
 * key. Undefined where the kind has no such part, or the API no format for it.
 */
export function issueSecret(
  { peppers }: Pick<Context, 'peppers'>,
  { definition: { formats } }: ApiRecord,
  { id: keyId, kind, environment }: Pick<KeyRecord, 'id' | 'kind' | 'environment'>,
  type: SecretRecord['type'],
  nowMs: number,
): IssuedSecret | undefined {
  const format = formatOf(formats, kind, type);
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

function formatOf(
  formats: PutApi['formats'],
  kind: KeyRecord['kind'],
  type: SecretRecord['type'],
): TokenFormat | undefined {
  if (kind === 'pair') return formats.pair?.[type];
  return type === credentialType(kind) ? formats[kind] : undefined;
}

/** What is presented and rotated: a publishable key has no secret. */
export function credentialType(kind: KeyRecord['kind']): SecretRecord['type'] {
  return kind === 'publishable' ? 'public' : 'secret';
}

export const digestsOf = (...secrets: (IssuedSecret | undefined)[]): string[] =>
  secrets.flatMap((secret) => (secret === undefined ? [] : [secret.record.digest.toString('hex')]));
