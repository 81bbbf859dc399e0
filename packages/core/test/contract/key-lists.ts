import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyFilter, ListKeysQuery } from '../../src/ports/key-store.ts';
import type { KeyRecord } from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, anApi, anOrganization, aSecret, NOW } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

export const NO_FILTER: KeyFilter = {
  apiIds: null,
  organizationIds: null,
  environments: null,
  status: null,
  kind: null,
  permission: null,
  resource: null,
  ownerIds: null,
  replacesKeyId: null,
  ids: null,
  text: null,
  lastUsedBefore: null,
  createdBefore: null,
  expiresAfter: null,
  expiresBefore: null,
  metadata: {},
};

const FIRST_PAGE: ListKeysQuery = {
  filter: NO_FILTER,
  sort: 'createdAt',
  order: 'asc',
  after: null,
  limit: 100,
  nowMs: NOW,
};

export function describeKeyLists(open: () => Promise<Storage>): void {
  describe('list of keys', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    describeFilters(() => storage);
    describeMetadataFilter(() => storage);
    describeSorting(() => storage);
  });
}

async function list(storage: Storage, query: Partial<ListKeysQuery>): Promise<string[]> {
  const rows = await storage.keys.listKeys({ ...FIRST_PAGE, ...query });
  return rows.map(({ key }) => key.id);
}

/** Names become ids, and `createdAt` keeps them in the order they stand in. */
function named(keys: Readonly<Record<string, Partial<KeyRecord>>>): KeyRecord[] {
  return Object.entries(keys).map(([id, fields], index) =>
    aKey({ id, createdAt: NOW + index, ...fields }),
  );
}

const FILTERED: Readonly<Record<string, Partial<KeyRecord>>> = {
  plain: {},
  web: { apiId: 'web', organizationId: 'umbrella', environment: 'staging', preset: 'read-only' },
  pair: { kind: 'pair', publicKey: 'pk_Live_1', preset: 'read-only', permissions: ['jobs'] },
  later: { notBefore: NOW + 1, expiresAt: NOW },
  started: { notBefore: NOW, expiresAt: NOW + 1, permissions: ['jobs_trigger'] },
  expired: {
    expiresAt: NOW,
    ownerId: 'user_1',
    replacesKeyId: 'key_of_old',
    description: 'Nightly 100%',
  },
  off: { state: 'disabled', expiresAt: NOW - 1, resources: { customer: ['cus_1', 'cus_2'] } },
  gone: { state: 'revoked', notBefore: NOW + 1, hint: 'int_HINT…w3x4', name: 'a_b' },
  early: { createdAt: NOW - 10, resources: { node: ['cus_1'] }, name: 'Ünïcode' },
};

const ALL = ['early', 'plain', 'web', 'pair', 'later', 'started', 'expired', 'off', 'gone'];

const FILTERS: readonly (readonly [string, Partial<KeyFilter>, readonly string[]])[] = [
  ['nothing', {}, ALL],
  ['an API', { apiIds: ['web', 'none'] }, ['web']],
  ['no API at all', { apiIds: [] }, []],
  ['an organization', { organizationIds: ['umbrella'] }, ['web']],
  ['no organization at all', { organizationIds: [] }, []],
  ['an environment', { environments: ['staging'] }, ['web']],
  ['no environment at all', { environments: [] }, []],
  ['places that no key is in at once', { apiIds: ['web'], environments: ['production'] }, []],
  ['active', { status: 'active' }, ['early', 'plain', 'web', 'pair', 'started']],
  ['inactive: disabled or before its time', { status: 'inactive' }, ['later', 'off']],
  ['expired, and in no other way unusable', { status: 'expired' }, ['expired']],
  ['revoked', { status: 'revoked' }, ['gone']],
  ['a kind', { kind: 'pair' }, ['pair']],
  ['an owner', { ownerIds: ['user_1'] }, ['expired']],
  ['nobody at all', { ownerIds: [] }, []],
  ['the key they replace', { replacesKeyId: 'key_of_old' }, ['expired']],
  ['a permission held by name', { permission: { id: 'jobs', presets: [] } }, ['pair']],
  [
    'a permission held by name or through a preset of the key’s own API',
    { permission: { id: 'jobs_trigger', presets: [{ apiId: 'web', preset: 'read-only' }] } },
    ['web', 'started'],
  ],
  ['a resource of one type', { resource: { type: 'customer', id: 'cus_1' } }, ['off']],
  ['a resource of a type no key has', { resource: { type: 'x', id: 'cus_1' } }, []],
  ['part of a name, ASCII case ignored', { text: 'A_B' }, ['gone']],
  ['letters beyond ASCII, in their own case only', { text: 'ünï' }, []],
  ['part of a description', { text: 'nightly 100%' }, ['expired']],
  ['part of an id', { text: 'STARTE' }, ['started']],
  ['part of a public key', { text: 'live_' }, ['pair']],
  ['part of a hint', { text: 'int_hint…' }, ['gone']],
  ['created before', { createdBefore: NOW }, ['early']],
  ['some of them', { ids: ['off', 'plain', 'none'] }, ['plain', 'off']],
  ['none of them', { ids: [] }, []],
  ['expiring at a moment or later', { expiresAfter: NOW }, ['later', 'started', 'expired']],
  ['expiring within a span', { expiresAfter: NOW - 1, expiresBefore: NOW }, ['off']],
  ['expiring before', { expiresBefore: NOW + 1 }, ['later', 'expired', 'off']],
  ['last used before, or never', { lastUsedBefore: NOW }, without(ALL, 'web')],
  ['never used', { lastUsedBefore: 1 }, without(ALL, 'plain', 'web')],
];

function without(ids: readonly string[], ...left: string[]): string[] {
  return ids.filter((id) => !left.includes(id));
}

function describeFilters(storage: () => Storage): void {
  test.each(FILTERS)('is filtered by: %s', async (_, filter, expected) => {
    await seed(storage(), {
      apis: [anApi(), anApi({ id: 'web' })],
      organizations: [anOrganization(), anOrganization({ id: 'umbrella' })],
      keys: named(FILTERED),
    });
    const uses = [
      { id: 'plain', at: NOW - 1 },
      { id: 'web', at: NOW },
    ];
    await recordUsage(storage(), { keys: uses });

    const asked = { ...NO_FILTER, ...filter };
    expect(await list(storage(), { filter: asked })).toEqual(expected);
    const count = { filter: asked, limit: 100, nowMs: NOW };
    expect(await storage().keys.countKeys(count)).toBe(expected.length);
  });
}

function describeMetadataFilter(storage: () => Storage): void {
  async function matching(filter: Readonly<Record<string, string>>): Promise<string[]> {
    return list(storage(), { filter: { ...NO_FILTER, metadata: filter } });
  }

  test('text in metadata matches as it is', async () => {
    const values = ['pro', 'Pro', '', '"pro"', "it's", 'null', '100%', '1', 'true', 'Ü😀'];
    const keys = values.map((plan, index) => ({ [`key${index}`]: { metadata: { plan } } }));
    await seed(storage(), { keys: named(Object.assign({}, ...keys)) });

    for (const [index, plan] of values.entries()) {
      expect(await matching({ plan }), plan).toEqual([`key${index}`]);
    }
  });

  test.each([
    ['numbers', [0, 1, -1.5, 0.1, 100, 123_456_789_012, Number.MAX_SAFE_INTEGER]],
    ['numbers with an exponent', [1e21, 1.5e300, 1e-7]],
    ['booleans', [true, false]],
  ])('%s in metadata match as JSON writes them', async (_, values) => {
    const keys = values.map((value, index) => ({ [`key${index}`]: { metadata: { value } } }));
    await seed(storage(), { keys: named(Object.assign({}, ...keys)) });

    for (const [index, value] of values.entries()) {
      expect(await matching({ value: JSON.stringify(value) }), `${value}`).toEqual([`key${index}`]);
    }
    expect(await matching({ value: '1.0' })).toEqual([]);
  });

  test('null, lists, objects and missing entries in metadata match nothing', async () => {
    const values = [null, [], ['a'], {}, { a: 1 }, undefined];
    const keys = values.map((value, index) => ({
      [`key${index}`]: { metadata: value === undefined ? {} : { value } },
    }));
    await seed(storage(), { keys: named(Object.assign({}, ...keys)) });

    for (const text of ['', 'null', '[]', '["a"]', 'a', '{}', '{"a":1}', '{"a": 1}', 'undefined']) {
      expect(await matching({ value: text }), text).toEqual([]);
    }
  });

  test('every metadata filter must match, and only entries at the top level count', async () => {
    const keys = named({
      both: { metadata: { plan: 'pro', seats: 5 } },
      one: { metadata: { plan: 'pro', seats: 6 } },
      deep: { metadata: { inner: { plan: 'pro', seats: 5 } } },
    });
    await seed(storage(), { keys });

    expect(await matching({ plan: 'pro', seats: '5' })).toEqual(['both']);
    expect(await matching({ plan: 'pro' })).toEqual(['both', 'one']);
    expect(await matching({ 'inner.plan': 'pro' })).toEqual([]);
  });

  test('the name of a metadata entry may hold any character', async () => {
    const names = [
      'a b',
      'a"b',
      "a'b",
      'a\\b',
      '$',
      '[0]',
      'a[0]',
      '*',
      '%',
      'ü',
      '?',
      ':a',
      '{a}',
      '0',
    ];
    const keys = names.map((name, index) => ({ [`key${index}`]: { metadata: { [name]: 'x' } } }));
    await seed(storage(), { keys: named(Object.assign({}, ...keys)) });

    for (const [index, name] of names.entries()) {
      expect(await matching({ [name]: 'x' }), name).toEqual([`key${index}`]);
    }
  });
}

function describeSorting(storage: () => Storage): void {
  const both = async (sort: ListKeysQuery['sort']) => {
    const ascending = await list(storage(), { sort });
    expect(await list(storage(), { sort, order: 'desc' })).toEqual(ascending.toReversed());
    return ascending;
  };

  test('is sorted by creation, ties by id and by bytes', async () => {
    const ids = ['key_a', 'key_B', 'key_2', 'key_10'];
    await seed(storage(), {
      keys: [...ids.map((id) => aKey({ id })), aKey({ id: 'z', createdAt: 1 })],
    });

    expect(await both('createdAt')).toEqual(['z', 'key_10', 'key_2', 'key_B', 'key_a']);
  });

  test('is sorted by name, ASCII case ignored, everything else by bytes of UTF-8', async () => {
    const names = [
      '10',
      '9',
      '_',
      'A b',
      'ab',
      'AB',
      'abc',
      'b',
      'zoë',
      'zz',
      'Ähre',
      'ähre',
      '｡',
      '😀',
    ];
    const keys = names.map((name, index) => aKey({ id: `key_${index + 10}`, name }));
    await seed(storage(), { keys: keys.toReversed() });

    expect(await both('name')).toEqual(keys.map(({ id }) => id));
  });

  test('a page by name begins after the lowered name', async () => {
    const keys = ['Alpha', 'alpha', 'BETA'].map((name, index) =>
      aKey({ id: `key_${index}`, name }),
    );
    await seed(storage(), { keys });

    const after = { value: 'alpha', id: 'key_0' };
    expect(await list(storage(), { sort: 'name', after })).toEqual(['key_1', 'key_2']);
  });

  test('never used is oldest when sorted by last use, no expiry last when sorted by expiry', async () => {
    const keys = [
      aKey({ id: 'a', expiresAt: NOW + 1 }),
      aKey({ id: 'b' }),
      aKey({ id: 'c', expiresAt: 1 }),
      aKey({ id: 'd' }),
    ];
    await seed(storage(), { keys });
    const uses = [
      { id: 'a', at: NOW },
      { id: 'd', at: NOW - 1 },
    ];
    await recordUsage(storage(), { keys: uses });

    expect(await both('lastUsedAt')).toEqual(['b', 'c', 'd', 'a']);
    expect(await both('expiresAt')).toEqual(['c', 'a', 'b', 'd']);
  });

  test('a page goes on after a key that was deleted meanwhile', async () => {
    const keys = ['a', 'b', 'c', 'd'].map((id) => aKey({ id }));
    await seed(storage(), { keys });
    await write(storage(), (tx) => tx.deleteKey('b'));

    const after = { value: NOW, id: 'b' };
    expect(await list(storage(), { after })).toEqual(['c', 'd']);
    expect(await list(storage(), { after, order: 'desc' })).toEqual(['a']);
    expect(await list(storage(), { after, limit: 1 })).toEqual(['c']);
  });

  test('comes with the secrets and last uses of each key', async () => {
    const keys = ['a', 'b'].map((id) => aKey({ id }));
    const older = aSecret({ keyId: 'b', createdAt: NOW - 1, endedAt: NOW });
    const half = aSecret({ keyId: 'b', type: 'public' });
    await seed(storage(), { keys, secrets: [older, half] });
    const use = { at: NOW + 3 };
    await recordUsage(storage(), {
      keys: [{ id: 'b', ...use }],
      secrets: [{ id: older.id, ...use }],
    });

    expect(await storage().keys.listKeys(FIRST_PAGE)).toEqual([
      {
        key: keys[0],
        secrets: [],
        lastUsedAt: null,
        secretLastUsedAt: new Map(),
        credits: null,
      },
      {
        key: keys[1],
        secrets: [half, older],
        lastUsedAt: NOW + 3,
        secretLastUsedAt: new Map([[older.id, NOW + 3]]),
        credits: null,
      },
    ]);
  });
}
