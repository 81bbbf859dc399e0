import type { Fault, ImportKey } from '@claviger/contract';
import { newId } from '../ids.ts';
import type { ApiRecord, KeyRecord, SecretRecord } from '../ports/records.ts';
import { hashToken, type Peppers } from '../tokens/digest.ts';
import { readForeignHash } from '../tokens/foreign-hash.ts';
import { tokenHint } from '../tokens/generate-token.ts';
import { isWellFormed } from '../tokens/parse-token.ts';

/** What is known of the credentials of a key that was issued elsewhere. */
export interface ImportedCredentials {
  readonly faults: readonly Fault[];
  readonly publicKey: string | null;
  readonly hint: string;
  readonly halves: readonly Half[];
}

interface Half {
  readonly type: SecretRecord['type'];
  readonly tokenHash: string;
  readonly hint: string;
}

/** Shown for a secret of which nobody said how it looks. */
const UNKNOWN_HINT = 'imported';

/** Every fault of them, with a pointer into the entry. */
export function importedCredentials(api: ApiRecord, entry: ImportKey): ImportedCredentials {
  const { publicKey, hint } = entry;
  const faults = [...presenceFaults(entry), ...shapeFaults(api, entry)];
  const halves: Half[] = [];
  if (entry.hash !== undefined) {
    const read = readForeignHash(entry.hash);
    if ('fault' in read) faults.push({ pointer: '/hash', message: read.fault });
    else halves.push({ type: 'secret', tokenHash: read.tokenHash, hint: hint ?? UNKNOWN_HINT });
  }
  if (publicKey !== undefined) {
    const tokenHash = hashToken(publicKey);
    if (halves.some((secret) => secret.tokenHash === tokenHash)) {
      faults.push({ pointer: '/hash', message: 'is the hash of "publicKey", not of the secret' });
    }
    halves.push({ type: 'public', tokenHash, hint: tokenHint(publicKey) });
  }
  faults.push(...hintFaults(api, entry, halves));
  return {
    faults,
    publicKey: publicKey ?? null,
    hint: hint ?? halves[0]?.hint ?? UNKNOWN_HINT,
    halves,
  };
}

export function secretsOf(
  peppers: Peppers,
  { id: keyId, createdAt }: KeyRecord,
  { halves }: ImportedCredentials,
  nowMs: number,
): SecretRecord[] {
  return halves.map(({ type, tokenHash, hint }) => ({
    id: newId('sec', nowMs),
    keyId,
    type,
    ...peppers.digest(tokenHash),
    hint,
    createdAt,
    expiresAt: null,
    endedAt: null,
  }));
}

function presenceFaults({ kind, hash, publicKey }: ImportKey): Fault[] {
  const faults: Fault[] = [];
  if (kind === 'publishable' && hash !== undefined) {
    faults.push({
      pointer: '/hash',
      message: 'must be left out: a publishable key is imported as itself, in "publicKey"',
    });
  }
  if (kind !== 'publishable' && hash === undefined) {
    faults.push({ pointer: '/hash', message: 'is required: the SHA-256 of the secret' });
  }
  if (kind === 'secret' && publicKey !== undefined) {
    faults.push({ pointer: '/publicKey', message: 'must be left out: a secret key has none' });
  }
  if (kind !== 'secret' && publicKey === undefined) {
    faults.push({ pointer: '/publicKey', message: 'is required: what is public of the key' });
  }
  return faults;
}

const matchesLegacy = ({ definition }: ApiRecord, token: string): boolean =>
  definition.legacyFormats.some((pattern) => new RegExp(pattern).test(token));

/** A token that passes neither the checksum nor a legacy format is refused before it is looked up. */
function shapeFaults(api: ApiRecord, { native, publicKey }: ImportKey): Fault[] {
  if (!native && api.definition.legacyFormats.length === 0) {
    return [
      {
        pointer: '/apiId',
        message: `has no "legacyFormats", so keys issued elsewhere would be refused as malformed: add their shape to API "${api.id}", or say "native": true for keys of another Claviger`,
      },
    ];
  }
  if (publicKey === undefined) return [];
  if (native && !isWellFormed(publicKey)) {
    return [
      {
        pointer: '/publicKey',
        message: 'must be a key of another Claviger, as "native" says: its checksum is not right',
      },
    ];
  }
  if (native || matchesLegacy(api, publicKey)) return [];
  return [{ pointer: '/publicKey', message: 'must match one of the API’s "legacyFormats"' }];
}

/** A hint is shown and stored in clear. */
function hintFaults(api: ApiRecord, { hint }: ImportKey, halves: readonly Half[]): Fault[] {
  if (hint === undefined) return [];
  const hintHash = hashToken(hint);
  const isTheSecret = halves.some(
    ({ type, tokenHash }) => type === 'secret' && tokenHash === hintHash,
  );
  if (!isTheSecret && !isWellFormed(hint) && !matchesLegacy(api, hint)) return [];
  return [
    { pointer: '/hint', message: 'must not be a whole key: give its first and last characters' },
  ];
}
