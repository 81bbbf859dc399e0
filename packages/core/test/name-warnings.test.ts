import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameWarnings } from '../src/keys/name-warnings.ts';

test.each([
  'test',
  'new key',
  'key 1',
  'Key1',
  'My API key',
  'TEST-2',
  'api_token',
  'xxx',
  '12',
  'copy of test',
])('"%s" is vague', (name) => {
  expect(nameWarnings(name)).toEqual([
    {
      code: 'VAGUE_NAME',
      message: expect.stringContaining(`"${name}" does not say what uses the key`),
    },
  ]);
});

test.each([
  'Zapier production',
  'Warehouse staging',
  'Finance export job',
  'Production scheduler',
  'Main Website Integration',
  'Mobile App',
  'ключ',
  'test runner of the billing team',
])('"%s" is not', (name) => {
  expect(nameWarnings(name)).toEqual([]);
});

test('no name keeps it busy', () => {
  const letters = fc.constantFrom('x', 'test', 'key', ' ', '!', '-', '1');
  const names = fc.array(letters, { maxLength: 100 }).map((parts) => parts.join('').slice(0, 100));
  fc.assert(
    fc.property(names, (name) => {
      expect(nameWarnings(name).length).toBeLessThanOrEqual(1);
    }),
  );
  expect(nameWarnings(`${'x'.repeat(99)}!`)).toEqual([]);
});
