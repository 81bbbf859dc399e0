import { keyKinds, keySorts, keyStatuses } from '@claviger/contract';
import * as fc from 'fast-check';
import type { KeyFilter, ListKeysQuery } from '../../src/ports/key-store.ts';
import type { KeyRecord, KeyWithSecrets, SecretRecord } from '../../src/ports/records.ts';
import { aKey, aSecret } from './records.ts';

/** A list of keys, whatever page of it. */
export type List = Omit<ListKeysQuery, 'after'>;

// Few different values, so that filters meet some of the keys and sorting meets ties.

export const API_IDS = ['interact', 'web'];
export const ORGANIZATION_IDS = ['acme', 'Acme', 'umbrella'];
const ENVIRONMENTS = ['production', 'staging'];
const PERMISSIONS = ['jobs_read', 'jobs_trigger', 'JOBS_read'];
const PRESETS = ['all', 'read-only'];
const RESOURCE_TYPES = ['customer', 'node'];
const RESOURCE_IDS = ['c1', 'C1', 'c2'];
const OWNER_IDS = ['user_1', 'user_2'];
const METADATA_NAMES = ['plan', 'a b', "a'b"];
const METADATA_VALUES = [
  'pro',
  'Pro',
  '1',
  'true',
  'null',
  '',
  0,
  1,
  -1.5,
  0.1,
  true,
  false,
  null,
  ['pro'],
  { plan: 'pro' },
];
const METADATA_TEXTS = ['pro', '1', 'true', 'null', '', '0', '-1.5', '0.1', '["pro"]'];
const TEXTS = ['ALPHA', 'a_', '%', '\\', 'ä', '😀', 'key_0', 'pk_', 'w3x4', '\n'];
const NAMES = [
  'alpha',
  'Alpha',
  'ALPHABET',
  'a b',
  'a_b',
  'a\\b',
  '100%',
  '10',
  '9',
  'Ähre',
  'ähre',
  // By bytes of UTF-8 these are in this order, by UTF-16 code units in the other.
  '｡',
  '😀',
];

/** Few, so that many are the same, and small: nothing may take them for seconds or for text. */
const time = fc.integer({ min: 1, max: 8 });
const timeOrNull = fc.option(time);

/** Letters that the rules of a language sort otherwise than their bytes. */
const id = fc.string({ unit: fc.constantFrom(...'09AZaz'), minLength: 22, maxLength: 22 });

const key: fc.Arbitrary<KeyRecord> = fc
  .record({
    id: id.map((random) => `key_${random}`),
    kind: fc.constantFrom(...keyKinds),
    apiId: fc.constantFrom(...API_IDS),
    organizationId: fc.constantFrom(...ORGANIZATION_IDS),
    environment: fc.constantFrom(...ENVIRONMENTS),
    name: fc.constantFrom(...NAMES),
    description: fc.option(fc.constantFrom('', 'Nightly\njob', 'BETA 100%')),
    hint: fc.constantFrom('int_a1b2…w3x4', 'INT_ALPHA…'),
    permissions: fc.subarray(PERMISSIONS),
    preset: fc.option(fc.constantFrom(...PRESETS)),
    resources: fc.dictionary(fc.constantFrom(...RESOURCE_TYPES), fc.subarray(RESOURCE_IDS)),
    ownerId: fc.option(fc.constantFrom(...OWNER_IDS)),
    state: fc.constantFrom<KeyRecord['state'][]>('enabled', 'enabled', 'disabled', 'revoked'),
    notBefore: timeOrNull,
    expiresAt: timeOrNull,
    createdAt: time,
    metadata: fc.dictionary(
      fc.constantFrom(...METADATA_NAMES),
      fc.constantFrom<unknown[]>(...METADATA_VALUES),
    ),
  })
  .map((fields) =>
    aKey({ ...fields, publicKey: fields.kind === 'pair' ? `pk_Alpha_${fields.id}` : null }),
  );

const secretFields = fc.record({
  type: fc.constantFrom<SecretRecord['type'][]>('secret', 'public'),
  createdAt: time,
  endedAt: timeOrNull,
  usedAt: timeOrNull,
});

const row: fc.Arbitrary<KeyWithSecrets> = fc
  .record({
    key,
    lastUsedAt: timeOrNull,
    secrets: fc.array(secretFields, { maxLength: 3 }),
  })
  .map(({ key: owner, lastUsedAt, secrets }) => {
    // Ids in descending order, so that a stable sort by creation leaves ties as they have to be.
    const named = secrets.map((secret, index) => ({ ...secret, id: `${owner.id}_${3 - index}` }));
    return {
      key: owner,
      credits: null,
      lastUsedAt,
      secrets: named
        .map(({ usedAt: _usedAt, ...fields }) => aSecret({ ...fields, keyId: owner.id }))
        .toSorted((a, b) => b.createdAt - a.createdAt),
      secretLastUsedAt: new Map(
        named.flatMap((secret) => (secret.usedAt === null ? [] : [[secret.id, secret.usedAt]])),
      ),
    };
  });

export const MAX_ROWS = 75;

/** About sixty keys as they are read: with secrets and last uses. */
export const rowsArbitrary: fc.Arbitrary<KeyWithSecrets[]> = fc.uniqueArray(row, {
  minLength: 45,
  maxLength: MAX_ROWS,
  selector: (one) => one.key.id,
});

/** Null most of the time: all filters together would leave no key. */
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 6 }, { arbitrary, weight: 1 });

const restriction = (ids: readonly string[]) => rarely(fc.subarray([...ids, 'none']));

const filter: fc.Arbitrary<KeyFilter> = fc.record({
  apiIds: restriction(API_IDS),
  organizationIds: restriction(ORGANIZATION_IDS),
  environments: restriction(ENVIRONMENTS),
  status: rarely(fc.constantFrom(...keyStatuses)),
  kind: rarely(fc.constantFrom(...keyKinds)),
  permission: rarely(
    fc.record({
      id: fc.constantFrom(...PERMISSIONS),
      presets: fc.array(
        fc.record({ apiId: fc.constantFrom(...API_IDS), preset: fc.constantFrom(...PRESETS) }),
        { maxLength: 3 },
      ),
    }),
  ),
  resource: rarely(
    fc.record({ type: fc.constantFrom(...RESOURCE_TYPES), id: fc.constantFrom(...RESOURCE_IDS) }),
  ),
  ownerIds: restriction(OWNER_IDS),
  replacesKeyId: fc.constant(null),
  // The ids of the rows are drawn too; the fixed lists meet keys by id.
  ids: rarely(fc.constant<string[]>([])),
  text: rarely(fc.constantFrom(...TEXTS)),
  lastUsedBefore: rarely(time),
  createdBefore: rarely(time),
  expiresAfter: rarely(time),
  expiresBefore: rarely(time),
  metadata: rarely(
    fc.dictionary(fc.constantFrom(...METADATA_NAMES), fc.constantFrom(...METADATA_TEXTS), {
      maxKeys: 2,
    }),
  ).map((entries) => entries ?? {}),
});

export const listArbitrary: fc.Arbitrary<List> = fc.record({
  filter,
  sort: fc.constantFrom(...keySorts),
  order: fc.constantFrom('asc', 'desc'),
  limit: fc.constantFrom(1, 2, 7, 25, 100),
  nowMs: time,
});
