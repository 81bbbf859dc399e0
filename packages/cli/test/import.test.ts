import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleApi } from '../../server/test/harness/fixtures.ts';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;

beforeAll(async () => {
  server = await startCliServer();
  const definition = { ...exampleApi('interact'), legacyFormats: ['^legacy-[0-9]{8}$'] };
  await server.call('PUT', '/v1/apis/interact', definition);
});

afterAll(() => server[Symbol.asyncDispose]());

let made = 0;
function newEntry(fields: object = {}) {
  const token = `legacy-${String(++made).padStart(8, '0')}`;
  const value = createHash('sha256').update(token).digest('hex');
  return {
    apiId: 'interact',
    organizationId: 'acme',
    name: 'Moved\u2028scheduler'.replace('\u2028', ' '),
    description: 'Two\u2028lines',
    permissions: ['agent_jobs_read'],
    hash: { algorithm: 'sha256', encoding: 'hex', value },
    ...fields,
  };
}

function fileOf(name: string, text: string): string {
  const path = server.path(name);
  writeFileSync(path, text);
  return path;
}

const ndjson = (...entries: unknown[]): string =>
  entries.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry))).join('\n');

describe('keys import', () => {
  test('imports a file of lines, and says how many', async () => {
    const entries = Array.from({ length: 200 }, () => newEntry());
    const file = fileOf('keys.ndjson', `${ndjson(...entries)}\n\n`);
    const { code, stdout, stderr } = await server.run(words`keys import ${file}`);
    expect(stderr).toContain('Imported 200 keys; 0 failed.');
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  test('prints what failed with its line, and ends with 1', async () => {
    const known = newEntry();
    const file = fileOf(
      'some.ndjson',
      ndjson(known, '', 'no JSON', { ...newEntry(), name: '' }, known),
    );
    const { code, stdout, stderr } = await server.run(words`keys import ${file}`);
    expect(code).toBe(1);
    expect(stderr).toContain('Imported 1 key; 3 failed.');
    expect(stdout).toMatch(
      /^ENTRY +CODE +WHAT TO DO\n3 +MALFORMED_JSON .*\n4 +INVALID_REQUEST +\/name .*\n5 +ALREADY_KNOWN .*\n$/,
    );
  });

  test('takes an array from standard input, and prints JSON', async () => {
    const text = JSON.stringify([newEntry(), newEntry()], null, 2);
    expect(await server.json(words`keys import -`, text)).toMatchObject({
      imported: 2,
      failed: [],
      keys: [{ index: 0 }, { index: 1 }],
      effective: { everywhere: true },
    });
    const { code, stdout } = await server.run(words`keys import - --json`, ndjson('', 7));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      imported: 0,
      failed: [{ index: 1, code: 'INVALID_REQUEST' }],
    });
  });

  test('an empty file is no mistake; a missing one and a broken array are', async () => {
    expect(await server.run(words`keys import ${fileOf('empty', '')}`)).toMatchObject({ code: 0 });
    const missing = await server.run(words`keys import ${server.path('nowhere.ndjson')}`);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('nowhere.ndjson cannot be read: there is no such file.');
    const broken = await server.run(words`keys import ${fileOf('broken', '[{"a":1},')}`);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('begins as a JSON array and is none');
  });
});
