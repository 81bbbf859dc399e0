import { createHash } from 'node:crypto';
import { assert, constantFrom, property, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { hashToken } from '../src/tokens/digest.ts';
import { readForeignHash } from '../src/tokens/foreign-hash.ts';

const encodings = constantFrom('hex' as const, 'base64' as const, 'base64url' as const);
const marks = constantFrom('', 'sha256:', 'SHA-256$', '{sha256}', '{SHA-256}', 'sha256-', '0x');

test('reads the hash that this program makes of the same token, however it is written', () => {
  assert(
    property(tuple(string(), encodings, marks), ([token, encoding, mark]) => {
      const value = mark + createHash('sha256').update(token).digest(encoding);
      expect(readForeignHash({ algorithm: 'sha256', encoding, value })).toEqual({
        tokenHash: hashToken(token),
      });
    }),
  );
});

test('reads 32 bytes or says why not, whatever the text is, and never repeats it', () => {
  const texts = string({ unit: 'binary', minLength: 8, maxLength: 80 });
  assert(
    property(tuple(texts, texts, encodings), ([algorithm, value, encoding]) => {
      for (const name of ['sha256', algorithm]) {
        const read = readForeignHash({ algorithm: name, encoding, value });
        if ('tokenHash' in read) expect(read.tokenHash).toHaveLength(32);
        else {
          expect(read.fault).toMatch(/^(?:must|cannot|is) /);
          expect(read.fault).not.toContain(value);
        }
      }
    }),
  );
});
