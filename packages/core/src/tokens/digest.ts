import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * SHA-256 of a token as 32 one-byte characters: the key of the in-memory index. Text rather than a
 * buffer because a Map compares text by value.
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'latin1');
}

/** A secret that guards stored digests and is not in the database. */
export interface Pepper {
  readonly version: number;
  readonly key: Uint8Array;
}

export interface VersionedDigest {
  readonly pepperVersion: number;
  readonly digest: Buffer;
}

const MIN_PEPPER_BYTES = 32;

/**
 * `digest = HMAC-SHA-256(pepper, SHA-256(token))` under versioned peppers (contract, Tokens).
 * Throws at construction when there is no pepper, one is shorter than 32 bytes, or a version repeats.
 */
export class Peppers {
  /** Newest first. */
  readonly versions: readonly number[];
  // KeyObjects: with a Buffer key, OpenSSL sets the key up anew at every call.
  readonly #keys: readonly (readonly [version: number, key: KeyObject])[];

  constructor(peppers: readonly Pepper[]) {
    if (peppers.length === 0) throw new Error('at least one pepper is needed');
    for (const { version, key } of peppers) {
      if (key.length < MIN_PEPPER_BYTES) {
        throw new Error(
          `pepper ${version} has ${key.length} bytes; at least ${MIN_PEPPER_BYTES} are needed`,
        );
      }
    }
    this.#keys = peppers
      .toSorted((a, b) => b.version - a.version)
      .map(({ version, key }) => [version, createSecretKey(key)] as const);
    this.versions = this.#keys.map(([version]) => version);
    if (new Set(this.versions).size !== peppers.length)
      throw new Error('pepper versions must differ');
  }

  /** Under the newest pepper: what is stored for a new secret. */
  digest(tokenHash: string): VersionedDigest {
    return this.digests(tokenHash)[0] as VersionedDigest;
  }

  /** Under every pepper, newest first: what a look-up searches for. */
  digests(tokenHash: string): VersionedDigest[] {
    return this.#keys.map(([pepperVersion, key]) => ({
      pepperVersion,
      digest: createHmac('sha256', key).update(tokenHash, 'latin1').digest(),
    }));
  }

  /**
   * Keys for another purpose, 32 bytes each, one from every pepper, newest first (HKDF, RFC 5869). None
   * of them gives away its pepper, or a key for another purpose or salt.
   */
  derive(purpose: string, salt = ''): Buffer[] {
    return this.#keys.map(([, key]) => Buffer.from(hkdfSync('sha256', key, salt, purpose, 32)));
  }

  /** Tells peppers apart without giving them away: their HMAC of a fixed text that is no SHA-256. */
  fingerprints(): { version: number; fingerprint: string }[] {
    return this.#keys.map(([version, key]) => ({
      version,
      fingerprint: createHmac('sha256', key).update('claviger pepper').digest('hex'),
    }));
  }
}
