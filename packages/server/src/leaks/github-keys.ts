import { createPublicKey, type KeyObject } from 'node:crypto';
import { ClavigerError, type Clock } from '@claviger/core';
import { z } from 'zod';
import { VERSION } from '../version.ts';

/** A key that GitHub has withdrawn is not believed for longer than this. */
const MAX_AGE_MS = 24 * 3_600_000;
/** Anyone can name a key that is not known: so often at most GitHub is asked again. */
const MIN_INTERVAL_MS = 60_000;
const TIMEOUT_MS = 5_000;
/** There are a handful of keys, of less than 300 bytes each. */
const MAX_BYTES = 256 * 1024;
const MAX_KEYS = 100;

const published = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string().max(200), key: z.string().max(2_000) }))
    .max(MAX_KEYS),
});

/** The address of the keys does not answer, or with something else. The cause is for the log. */
export class GithubKeysError extends ClavigerError {
  override readonly name = 'GithubKeysError';
  readonly code = 'SIGNATURE_KEYS_UNAVAILABLE';

  constructor(cause: unknown) {
    super('The keys that GitHub signs with cannot be read now. Send the message again later.', {
      cause,
    });
  }
}

/**
 * The public keys that GitHub signs its reports with: docs.github.com, "Secret scanning partner program".
 * Read when one is asked for that is not known, and again when they have grown old.
 */
export class GithubKeys {
  readonly #url: string;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** Null: GitHub publishes no such key. Rejects with `GithubKeysError`. */
  async find(identifier: string): Promise<KeyObject | null> {
    const isOld = () => this.#clock.monotonic() - this.#readAtMs >= MAX_AGE_MS;
    if (!isOld() && this.#keys.has(identifier)) return this.#keys.get(identifier) ?? null;
    if (this.#reading === null && this.#mayAsk()) this.#startReading();
    await this.#reading;
    if (isOld()) throw new GithubKeysError('the last attempt is less than a minute ago');
    return this.#keys.get(identifier) ?? null;
  }

  #mayAsk(): boolean {
    return this.#clock.monotonic() - this.#askedAtMs >= MIN_INTERVAL_MS;
  }

  #startReading(): void {
    this.#askedAtMs = this.#clock.monotonic();
    const reading = this.#read().finally(() => {
      this.#reading = null;
    });
    // Whoever waits for it is told; nobody may.
    reading.catch(() => undefined);
    this.#reading = reading;
  }

  async #read(): Promise<void> {
    try {
      const response = await fetch(this.#url, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { accept: 'application/json', 'user-agent': `claviger/${VERSION}` },
      });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const { public_keys: keys } = published.parse(JSON.parse(await boundedText(response)));
      this.#keys = new Map(
        keys.flatMap(({ key_identifier: id, key }): [string, KeyObject][] => {
          const usable = p256Key(key);
          return usable === null ? [] : [[id, usable]];
        }),
      );
      this.#readAtMs = this.#clock.monotonic();
    } catch (error) {
      throw new GithubKeysError(error);
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null for what is no key of the one kind that signatures are made with. */
function p256Key(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}
