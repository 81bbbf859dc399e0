import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bloomFilter, mayHold } from '../src/logs/bloom-filter.ts';
import { decodeLogColumns, encodeLogColumns } from '../src/logs/log-codec.ts';
import { logIdAt, newChunkId, parseLogId } from '../src/logs/log-ids.ts';
import { logTerm, termsOf } from '../src/logs/log-terms.ts';
import { MAX_CHUNK_ENTRIES } from '../src/ports/log-store.ts';
import { anyLogColumns, plainColumns } from './harness/log-columns.ts';
import { NOW } from './harness/records.ts';

describe('the entries of a chunk', () => {
  test('read back as they were, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(anyLogColumns, async (columns) => {
        const decoded = await decodeLogColumns(encodeLogColumns(columns));
        expect(plainColumns(decoded)).toEqual(plainColumns(columns));
      }),
    );
  });

  test('that are alike take little room', async () => {
    const [columns] = fc.sample(anyLogColumns, 1);
    const many = Array.from({ length: MAX_CHUNK_ENTRIES }, () => 0);
    const alike = {
      ...columns!,
      at: many.map((_, place) => NOW + place),
      requestId: many.map(() => null),
    };
    const numbers = [
      'subject',
      'code',
      'permissions',
      'origin',
      'ip',
      'userAgent',
      'method',
      'path',
      'durationUs',
    ];
    const same = Object.fromEntries(numbers.map((name) => [name, many]));
    const encoded = encodeLogColumns({ ...alike, ...same });
    expect(encoded.length).toBeLessThan(10 * MAX_CHUNK_ENTRIES);
  });

  test('read back also where a key is among them twice, and all have one request id', async () => {
    const [columns] = fc.sample(anyLogColumns, 1);
    const subject = { ...columns!.subjects[0]!, keyId: 'key_1' };
    const alike = {
      ...columns!,
      subjects: [subject, subject, subject],
      requestId: Array.from(columns!.at, () => 'req_1'),
    };
    const decoded = await decodeLogColumns(encodeLogColumns(alike));
    expect(plainColumns(decoded)).toEqual(plainColumns(alike));
  });

  test('of an unknown format, cut short, or none at all are refused', async () => {
    const [columns] = fc.sample(anyLogColumns, 1);
    const encoded = encodeLogColumns(columns!);
    for (const broken of [
      Buffer.concat([Buffer.of(2), encoded.subarray(1)]),
      encoded.subarray(0, -3),
      Buffer.of(),
    ]) {
      await expect(decodeLogColumns(broken)).rejects.toThrow();
    }
  });
});

describe('the filter of a chunk', () => {
  test('holds every term it was made of', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), (values) => {
        const terms = values.map((value) => logTerm('key', value));
        const filter = bloomFilter(terms);
        for (const term of terms) expect(mayHold(filter, term)).toBe(true);
      }),
    );
  });

  test('holds few others', () => {
    const terms = (what: string) =>
      Array.from({ length: 3_000 }, (_, n) => logTerm('key', `${what}${n}`));
    const filter = bloomFilter(terms('there'));
    const mistaken = terms('elsewhere').filter((term) => mayHold(filter, term));
    expect(mistaken.length).toBeLessThan(90);
    expect(mayHold(bloomFilter([]), logTerm('key', '1'))).toBe(false);
    expect(mayHold(Buffer.of(), logTerm('key', '1'))).toBe(false);
  });

  test('is made of what the entries have, and not of what only stands in a dictionary', () => {
    const terms = termsOf({
      at: [NOW],
      subject: [0],
      code: [1],
      permissions: [0],
      origin: [1],
      ip: [0],
      userAgent: [-1],
      method: [-1],
      path: [-1],
      requestId: [null],
      durationUs: [0],
      subjects: [
        {
          keyId: 'key_1',
          secretId: 'sec_1',
          organizationId: 'acme',
          apiId: 'interact',
          environment: 'production',
          hint: null,
        },
        {
          keyId: null,
          secretId: null,
          organizationId: null,
          apiId: 'web',
          environment: null,
          hint: 'int_a1b2…w3x4',
        },
      ],
      codes: ['VALID', 'REVOKED'],
      permissionSets: [[]],
      texts: ['203.0.113.7', 'https://app.example.com'],
    });
    expect(new Set(terms)).toEqual(
      new Set([
        logTerm('api', 'interact'),
        logTerm('key', 'key_1'),
        logTerm('organization', 'acme'),
        logTerm('environment', 'production'),
        logTerm('api', 'web'),
        logTerm('code', 'REVOKED'),
        logTerm('ip', '203.0.113.7'),
      ]),
    );
  });
});

describe('the id of an entry', () => {
  test('names its chunk and its place', () => {
    const chunkId = newChunkId(NOW);
    for (let place = 0; place < MAX_CHUNK_ENTRIES; place++) {
      expect(parseLogId(logIdAt(chunkId, place))).toEqual({ chunkId, place });
    }
  });

  test.each([
    '',
    'log_',
    'log_abc',
    `key_${'0'.repeat(24)}`,
    `log_${'0'.repeat(25)}`,
    `log_${'-'.repeat(24)}`,
  ])('%j is none', (text) => {
    expect(parseLogId(text)).toBeNull();
  });

  test('sorts as the chunks were begun, and within one by place', () => {
    const chunks = [NOW, NOW, NOW + 1, NOW + 100_000].map(newChunkId);
    const ids = chunks.flatMap((chunk) =>
      [0, 1, 61, 62, 1_999].map((place) => logIdAt(chunk, place)),
    );
    expect(ids.toSorted()).toEqual(ids);
  });
});
