import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TokenFormat } from '@claviger/contract';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62, encodeBase62, randomBase62 } from '../src/tokens/base62.ts';
import { checksum, hasValidChecksum } from '../src/tokens/checksum.ts';
import { hashToken, Peppers, type Pepper } from '../src/tokens/digest.ts';
import { generateToken, tokenHint } from '../src/tokens/generate-token.ts';
import { isWellFormed, splitPresented, tokenPrefix } from '../src/tokens/parse-token.ts';

interface Vectors {
  readonly base62: readonly { value: number; width: number; text: string }[];
  readonly checksums: readonly { note: string; text: string; checksum: string }[];
  readonly tokens: readonly {
    note: string;
    unchecked: string;
    checksum: string;
    token: string;
    prefix: string;
    hint: string;
  }[];
  readonly peppers: readonly { version: number; hex: string }[];
  readonly digests: readonly {
    token: string;
    sha256: string;
    digests: readonly { pepperVersion: number; digest: string }[];
  }[];
  readonly presented: readonly {
    note: string;
    presented: string;
    split: { token: string; publicKey: string | null } | null;
    wellFormed: boolean;
  }[];
}

const file = new URL('vectors/tokens.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const hexOf = (oneByteCharacters: string) =>
  Buffer.from(oneByteCharacters, 'latin1').toString('hex');

describe('the published vectors', () => {
  test.each(vectors.base62)('$value in base62 is $text', ({ value, width, text }) => {
    expect(encodeBase62(value, width)).toBe(text);
  });

  test.each(vectors.checksums)('checksum of $note', (vector) => {
    expect(checksum(vector.text)).toBe(vector.checksum);
  });

  test.each(vectors.tokens)('token with $note', (vector) => {
    expect(checksum(vector.unchecked)).toBe(vector.checksum);
    expect(vector.unchecked + vector.checksum).toBe(vector.token);
    expect(hasValidChecksum(vector.token)).toBe(true);
    expect(isWellFormed(vector.token)).toBe(true);
    expect(tokenPrefix(vector.token)).toBe(vector.prefix);
    expect(tokenHint(vector.token)).toBe(vector.hint);
  });

  const peppers = new Peppers(
    vectors.peppers.map(({ version, hex }) => ({ version, key: Buffer.from(hex, 'hex') })),
  );

  test.each(vectors.digests)('digests of $token', (vector) => {
    const tokenHash = hashToken(vector.token);
    expect(hexOf(tokenHash)).toBe(vector.sha256);
    const digests = peppers.digests(tokenHash).map(({ pepperVersion, digest }) => ({
      pepperVersion,
      digest: digest.toString('hex'),
    }));
    expect(digests).toEqual(vector.digests.toSorted((a, b) => b.pepperVersion - a.pepperVersion));
  });

  test.each(vectors.presented)('presented: $note', ({ presented, split, wellFormed }) => {
    const parts = splitPresented(presented);
    expect(parts).toEqual(split);
    expect(parts !== null && isWellFormed(parts.token)).toBe(wellFormed);
  });
});

const prefixes = fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/);
const environments = fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/);
const lengths = fc.integer({ min: 28, max: 128 });
const formats: fc.Arbitrary<TokenFormat> = fc.record({ prefix: prefixes, length: lengths });
const tokens = formats.map((format) => generateToken(format, 'production'));

describe('generateToken', () => {
  test('makes a token of exactly the length and prefix of its format, and it parses', () => {
    fc.assert(
      fc.property(formats, (format) => {
        const token = generateToken(format, 'production');
        expect(token).toHaveLength(`${format.prefix as string}_`.length + format.length);
        expect(tokenPrefix(token)).toBe(format.prefix);
        expect(isWellFormed(token)).toBe(true);
        expect(splitPresented(token)).toEqual({ token, publicKey: null });
      }),
    );
  });

  test('takes the prefix of the environment', () => {
    fc.assert(
      fc.property(
        fc.dictionary(environments, prefixes, { minKeys: 1 }),
        lengths,
        (prefix, length) => {
          for (const environment of Object.keys(prefix)) {
            const token = generateToken({ prefix, length }, environment);
            expect(tokenPrefix(token)).toBe(prefix[environment]);
            expect(isWellFormed(token)).toBe(true);
          }
        },
      ),
    );
  });

  test.each(['staging', 'constructor', '__proto__', 'toString'])(
    'makes no token for environment %s when the format has no prefix for it',
    (environment) => {
      const format = { prefix: { production: 'sk' }, length: 48 };
      expect(() => generateToken(format, environment)).toThrow(
        new Error(`no prefix for environment "${environment}"`),
      );
    },
  );

  test('never makes the same token twice', () => {
    const made = Array.from({ length: 1_000 }, () =>
      generateToken({ prefix: 'int', length: 28 }, 'production'),
    );
    expect(new Set(made).size).toBe(1_000);
  });

  test('shows of a token only its prefix and eight characters', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        const prefix = tokenPrefix(token);
        const body = token.slice(prefix.length + 1);
        expect(tokenHint(token)).toBe(`${prefix}_${body.slice(0, 4)}…${body.slice(-4)}`);
      }),
    );
  });
});

/** Pearson's statistic against the uniform distribution over the 62 digits. */
function chiSquare(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = text.length / 62;
  return Array.from(
    BASE62,
    (digit) => ((counts.get(digit) ?? 0) - expected) ** 2 / expected,
  ).reduce((sum, term) => sum + term);
}

describe('randomBase62', () => {
  const SAMPLE = 248_000;
  /** 61 degrees of freedom: a fair source exceeds 153 less than once in 10^9 runs. */
  const BOUND = 160;

  test('draws each of the 62 digits equally often', () => {
    const text = randomBase62(SAMPLE);
    expect(text).toMatch(/^[0-9A-Za-z]+$/);
    expect(text).toHaveLength(SAMPLE);
    expect(chiSquare(text)).toBeLessThan(BOUND);
  });

  test('would be caught if it took bytes modulo 62', () => {
    const biased = Array.from(randomBytes(SAMPLE), (byte) => BASE62.charAt(byte % 62)).join('');
    expect(chiSquare(biased)).toBeGreaterThan(BOUND);
  });

  test('gives exactly as many characters as asked for', () => {
    for (let length = 0; length <= 130; length++) expect(randomBase62(length)).toHaveLength(length);
  });
});

/** Every UTF-16 code unit alone, halves of surrogate pairs among them. */
const codeUnits = fc.integer({ min: 0, max: 0xff_ff }).map((unit) => String.fromCharCode(unit));

describe('the checksum', () => {
  const substitutes = fc.oneof(fc.constantFrom(...BASE62, '_', ':', '-', ' '), codeUnits);

  test('detects any substitution of one character', () => {
    fc.assert(
      fc.property(tokens, fc.nat(), substitutes, (token, place, substitute) => {
        const at = place % token.length;
        fc.pre(token[at] !== substitute);
        const changed = token.slice(0, at) + substitute + token.slice(at + 1);
        expect(hasValidChecksum(changed)).toBe(false);
        expect(isWellFormed(changed)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('detects every one of the substitutions of one token', () => {
    const token = generateToken({ prefix: 'sk_live', length: 48 }, 'production');
    const missed = Array.from(token).flatMap((character, at) =>
      Array.from(`${BASE62}_`)
        .filter((substitute) => substitute !== character)
        .map((substitute) => token.slice(0, at) + substitute + token.slice(at + 1))
        .filter((changed) => isWellFormed(changed)),
    );
    expect(missed).toEqual([]);
  });

  test('is not valid on a text that holds nothing besides', () => {
    expect(hasValidChecksum(checksum(''))).toBe(false);
    expect(hasValidChecksum('')).toBe(false);
  });
});

describe('any input', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'binary-ascii', maxLength: 400 }),
    fc.string({ unit: codeUnits, maxLength: 400 }),
    fc.string({ unit: fc.constantFrom('_', ':', 'a', '0', 'Z', 'secret-token:'), maxLength: 400 }),
    fc.tuple(tokens, codeUnits, tokens).map((parts) => parts.join('')),
  );

  test('splits into its halves or is refused, without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.anything()), (presented) => {
        const parts = splitPresented(presented);
        if (typeof presented !== 'string' || presented.length > 334) {
          expect(parts).toBeNull();
          return;
        }
        const { token, publicKey } = parts!;
        expect(publicKey?.includes(':') ?? token.includes(':')).toBe(false);
        const joined = publicKey === null ? token : `${publicKey}:${token}`;
        expect([joined, `secret-token:${joined}`]).toContain(presented);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is well formed or not, has a prefix and a hint, without throwing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const wellFormed = isWellFormed(text);
        expect(wellFormed && !/^[a-z][a-z0-9_]{0,30}_[0-9A-Za-z]{28,128}$/.test(text)).toBe(false);
        const prefix = tokenPrefix(text);
        expect(text.includes('_') ? `${prefix}_` : prefix).toBe(
          text.slice(0, text.lastIndexOf('_') + 1),
        );
        expect(tokenHint(text)).toContain('…');
        expect(hashToken(text)).toHaveLength(32);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is not well formed when it is random text', () => {
    fc.assert(
      fc.property(fc.string({ unit: codeUnits, maxLength: 200 }), (text) => {
        expect(isWellFormed(text)).toBe(false);
      }),
    );
  });
});

const pepper = (version: number, bytes = 32): Pepper => ({
  version,
  key: Buffer.alloc(bytes, version),
});

describe('Peppers', () => {
  test('refuses to be without a pepper', () => {
    expect(() => new Peppers([])).toThrow(new Error('at least one pepper is needed'));
  });

  test('refuses a pepper of fewer than 32 bytes, wherever it stands', () => {
    fc.assert(
      fc.property(fc.nat(31), (bytes) => {
        const message = `pepper 2 has ${bytes} bytes; at least 32 are needed`;
        expect(() => new Peppers([pepper(2, bytes)])).toThrow(new Error(message));
        expect(() => new Peppers([pepper(3), pepper(2, bytes)])).toThrow(new Error(message));
      }),
    );
  });

  test('refuses two peppers of one version', () => {
    expect(() => new Peppers([pepper(1), pepper(2), pepper(1, 64)])).toThrow(
      new Error('pepper versions must differ'),
    );
  });

  test('puts the newest first, in whatever order they are given', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 }),
        (versions) => {
          const peppers = new Peppers(versions.map((version) => pepper(version)));
          const newestFirst = versions.toSorted((a, b) => b - a);
          const tokenHash = hashToken('int_x');
          expect(peppers.versions).toEqual(newestFirst);
          expect(peppers.digests(tokenHash).map((digest) => digest.pepperVersion)).toEqual(
            newestFirst,
          );
          expect(peppers.digest(tokenHash)).toEqual(peppers.digests(tokenHash)[0]);
        },
      ),
    );
  });

  test('still finds every older digest after a pepper was added', () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 64 });
    fc.assert(
      fc.property(
        fc.array(keys, { minLength: 1, maxLength: 5 }),
        keys,
        fc.string(),
        (older, added, token) => {
          const before = older.map((key, index) => ({ version: index + 1, key }));
          const after = [{ version: older.length + 1, key: added }, ...before];
          const tokenHash = hashToken(token);
          const stored = new Peppers(before).digest(tokenHash);
          const grown = new Peppers(after);
          expect(grown.digests(tokenHash)).toContainEqual(stored);
          expect(grown.digest(tokenHash).pepperVersion).toBe(older.length + 1);
        },
      ),
    );
  });

  test('gives another digest under another pepper and for another token', () => {
    const peppers = new Peppers([pepper(1), pepper(2)]);
    const digests = ['int_a', 'int_b'].flatMap((token) => peppers.digests(hashToken(token)));
    expect(new Set(digests.map(({ digest }) => digest.toString('hex'))).size).toBe(4);
  });

  test('keeps no hold on the bytes it was given', () => {
    const key = Buffer.alloc(32, 7);
    const peppers = new Peppers([{ version: 1, key }]);
    const before = peppers.digest(hashToken('int_a'));
    key.fill(0);
    expect(peppers.digest(hashToken('int_a'))).toEqual(before);
  });
});
