import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  claimOf,
  newApiEntry,
  newOrganizationEntry,
  newSecretEntry,
} from '../src/verification/entries.ts';
import { SecretIndex } from '../src/verification/secret-index.ts';
import { aKey, anApi, anOrganization, aSecret } from './harness/records.ts';

const api = newApiEntry(anApi());
const organization = newOrganizationEntry(anOrganization());
const key = aKey();
const found = { secret: aSecret({ keyId: key.id }), key };
const entryOf = (tokenHash: string) =>
  newSecretEntry(tokenHash, found, api, organization, claimOf(key));

/** Few different beginnings, the last slot's among them, so that many hashes want the same slots. */
const someHash = fc
  .tuple(fc.constantFrom('\xff\xff\xff\xff', '\xfe\xff\xff\xff', '\x00\x00\x00\x00'), fc.nat(40))
  .map(([beginning, n]) => beginning + String(n).padStart(28, '0'));

const step = fc.record({ action: fc.constantFrom('set', 'set', 'delete'), tokenHash: someHash });

test('holds what a Map would hold, through collisions, deletions and growth', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.boolean(), (steps, grow) => {
      const index = new SecretIndex();
      const model = new Map<string, unknown>();
      const put = (tokenHash: string) => {
        const entry = entryOf(tokenHash);
        index.set(entry);
        model.set(tokenHash, entry);
      };
      for (const { action, tokenHash } of steps) {
        if (action === 'set') put(tokenHash);
        else {
          index.delete(tokenHash);
          model.delete(tokenHash);
        }
      }
      if (grow) for (let n = 0; n < 2_000; n++) put(`\xff\xff${String(n).padStart(30, '0')}`);
      expect(index.size).toBe(model.size);
      for (const tokenHash of [...model.keys(), ...steps.map((taken) => taken.tokenHash)]) {
        expect(index.get(tokenHash)).toBe(model.get(tokenHash));
      }
    }),
    { numRuns: 50 },
  );
});

test('names every entry in turn', () => {
  const index = new SecretIndex();
  expect(index.next()).toBeUndefined();
  for (let n = 0; n < 100; n++) index.set(entryOf(String(n * 7919).padStart(32, 'x')));
  const turn = Array.from({ length: 100 }, () => index.next());
  expect(new Set(turn).size).toBe(100);
  expect(Array.from({ length: 100 }, () => index.next())).toEqual(turn);
});
