import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62 } from '../src/tokens/base62.ts';
import { generateToken } from '../src/tokens/generate-token.ts';
import { isWellFormed } from '../src/tokens/parse-token.ts';
import { findTokens, TokenFinder } from '../src/tokens/token-finder.ts';

const aToken = (prefix = 'int', length = 48) => generateToken({ prefix, length }, 'production');

const prefixes = fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/);
/** Random at each run; what shrinks is its shape. */
const tokens = fc
  .tuple(prefixes, fc.integer({ min: 28, max: 128 }))
  .map(([prefix, length]) => aToken(prefix, length));

/** Text of every kind: words, identifiers, base64, line breaks, any bytes. */
const surroundings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...BASE62, '_', '-', '\n'), maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...' \n\t"\'`,;:=&?/{}[]()<>_-.'), maxLength: 300 }),
  fc.constantFrom('', 'KEY=', '"token": "', 'https://x.example/?key=', '_', '__', 'a_b_'),
);

/** The same text in pieces of these lengths, over and over. */
function inPieces(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, n = 0; at < text.length; n++) {
    const length = lengths[n % lengths.length]!;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

function findInPieces(pieces: readonly string[], finder = new TokenFinder()) {
  return [...pieces.flatMap((piece) => finder.push(piece)), ...finder.end()];
}

const placeOf = (text: string, offset: number) => {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
};

describe('a token', () => {
  test('is found wherever it stands and however the text is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(surroundings, tokens, surroundings, cuts, (before, token, after, lengths) => {
        const text = before + token + after;
        const found = findInPieces(inPieces(text, lengths));
        expect(found).toContainEqual({ token, ...placeOf(text, before.length) });
        expect(found).toEqual(findTokens(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is found at every place of a cut', () => {
    const token = aToken();
    const text = `first line\n  key: "${token}"\nlast line`;
    for (let cut = 0; cut <= text.length; cut++) {
      const found = findInPieces([text.slice(0, cut), text.slice(cut)]);
      expect(found).toEqual([{ token, line: 2, column: 9 }]);
    }
  });

  test('is found beside others: in pairs, lists, addresses and JSON', () => {
    const [one, two] = [aToken('pk', 32), aToken('sk_live', 60)];
    for (const between of [':', ',', '\n', '","', '&other=', '_', '-', ' ', '/']) {
      const text = `https://user:${one}${between}${two}@example.com`;
      expect(findTokens(text).map(({ token }) => token)).toEqual([one, two]);
    }
  });

  test('with other letters and digits right beside it is found', () => {
    const token = aToken();
    for (const [before, after] of [
      ['x', 'x'],
      ['KEY', '9'],
      ['my_', '_2'],
      ['a1', ''],
    ] as const) {
      const found = findTokens(before + token + after);
      expect(found.map((each) => each.token)).toEqual([token]);
    }
  });

  test('of another prefix than those that are looked for is left out', () => {
    const [one, two] = [aToken('int'), aToken('clv')];
    const wanted = new Set(['int', 'sk_live']);
    const found = findInPieces([`${one} ${two}`], new TokenFinder(wanted));
    expect(found.map(({ token }) => token)).toEqual([one]);
    const live = aToken('sk_live');
    const [only] = findInPieces([`my_${live}`], new TokenFinder(wanted));
    expect(only?.token).toBe(live);
  });
});

describe('a text without a token', () => {
  test('has none', () => {
    fc.assert(
      fc.property(surroundings, surroundings, (one, two) => {
        expect(findTokens(one + two)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('has none when one character of the token is another', () => {
    const at = fc.nat();
    const digit = fc.constantFrom(...BASE62);
    fc.assert(
      fc.property(at, digit, (place, other) => {
        const token = aToken();
        const index = 4 + (place % 48);
        fc.pre(token[index] !== other);
        const text = token.slice(0, index) + other + token.slice(index + 1);
        expect(isWellFormed(text)).toBe(false);
        expect(findTokens(text)).toEqual([]);
      }),
    );
  });
});

test('of a long text little is kept, and lines are counted on', () => {
  const finder = new TokenFinder();
  const line = `${'_x'.repeat(5_000)}\n`;
  for (let n = 0; n < 100; n++) expect(finder.push(line)).toEqual([]);
  const token = aToken();
  expect([...finder.push(token), ...finder.end()]).toEqual([{ token, line: 101, column: 1 }]);
});
