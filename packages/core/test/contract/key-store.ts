import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/ports/storage.ts';
import { aDigest, aKey, anApi, anOrganization, aSecret, NOW } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

export function describeKeyStore(open: () => Promise<Storage>): void {
  describe('key store', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    describeSecrets(() => storage);
    describeRecords(() => storage);
    describeLists(() => storage);
  });
}

function describeSecrets(storage: () => Storage): void {
  test('a secret is found by any of the digests, with its key', async () => {
    const key = aKey();
    const secret = aSecret({ keyId: key.id, pepperVersion: 3, expiresAt: NOW + 5 });
    await seed(storage(), { keys: [key], secrets: [secret, aSecret({ keyId: key.id })] });

    const found = await storage().keys.findSecret([aDigest(), secret.digest, aDigest()]);

    expect(found).toEqual({ secret, key });
    expect(found?.secret.digest).toBeInstanceOf(Buffer);
  });

  test('an unknown digest finds nothing', async () => {
    const key = aKey();
    await seed(storage(), { keys: [key], secrets: [aSecret({ keyId: key.id })] });

    expect(await storage().keys.findSecret([aDigest()])).toBeNull();
  });

  test('no digest finds nothing', async () => {
    expect(await storage().keys.findSecret([])).toBeNull();
  });

  test('an ended secret, a public half and a secret of a revoked key are found all the same', async () => {
    const revoked = aKey({ state: 'revoked', revokedAt: NOW, revokedReason: 'Leaked' });
    const ended = aSecret({ keyId: revoked.id, endedAt: NOW });
    const half = aSecret({ keyId: revoked.id, type: 'public' });
    await seed(storage(), { keys: [revoked], secrets: [ended, half] });

    for (const secret of [ended, half]) {
      expect(await storage().keys.findSecret([secret.digest])).toEqual({ secret, key: revoked });
    }
  });
}

function describeRecords(storage: () => Storage): void {
  test('what does not exist is null', async () => {
    expect(await storage().keys.getApi('none')).toBeNull();
    expect(await storage().keys.getOrganization('none')).toBeNull();
    expect(await storage().keys.getKey('key_none')).toBeNull();
  });

  test('an API and an organization read back as they were written', async () => {
    const api = anApi({ createdAt: 1, updatedAt: 2 });
    const organization = anOrganization({ name: 'Ünïcode 😀 "&"', suspended: true, updatedAt: 5 });
    await seed(storage(), { apis: [api], organizations: [organization] });

    expect(await storage().keys.getApi(api.id)).toEqual(api);
    expect(await storage().keys.getOrganization(organization.id)).toEqual(organization);
  });

  test('a key reads back with every field as it was written', async () => {
    const key = aKey({
      environment: 'staging',
      kind: 'pair',
      allowedOrigins: ['*.example.com', 'http://localhost:3000'],
      allowedIps: ['203.0.113.7', '2001:db8::/32'],
      rateLimits: [{ name: 'read', limit: 60, windowSeconds: 60, access: 'read' }],
      metered: true,
      name: 'Ünïcode 😀 "quoted" \\ %_',
      description: 'two\nlines',
      publicKey: 'pk_1',
      permissions: ['jobs_trigger', 'jobs_read'],
      preset: 'read-only',
      resources: { customer: ['cus_1', 'cus_2'], node: [] },
      ownerId: 'user_42',
      replacesKeyId: aKey().id,
      state: 'disabled',
      notBefore: NOW - 1,
      expiresAt: 4_102_444_800_000,
      revokedAt: NOW,
      revokedReason: 'Found in a public repository',
      createdBy: { type: 'rootKey', id: 'key_root' },
      updatedAt: NOW + 7,
      metadata: { plan: 'pro', seats: 1.5, trial: false, nothing: null, deep: { list: [1, 'a'] } },
    });
    await seed(storage(), { keys: [key] });

    const none = { secrets: [], lastUsedAt: null, secretLastUsedAt: new Map(), credits: null };
    expect(await storage().keys.getKey(key.id)).toEqual({ key, ...none });
  });

  test('a key is read with all its secrets, newest first, and their last uses', async () => {
    const [key, other] = [aKey(), aKey()];
    const oldest = aSecret({ keyId: key.id, createdAt: NOW - 2, endedAt: NOW });
    const twins = ['sec_B', 'sec_a'].map((id) => aSecret({ id, keyId: key.id, type: 'public' }));
    const newest = aSecret({ keyId: key.id, createdAt: NOW + 1 });
    const foreign = aSecret({ keyId: other.id });
    await seed(storage(), { keys: [key, other], secrets: [newest, oldest, ...twins, foreign] });
    const uses = [
      { id: oldest.id, at: NOW - 1 },
      { id: newest.id, at: NOW + 2 },
    ];
    await recordUsage(storage(), { keys: [{ id: key.id, at: NOW + 2 }], secrets: uses });

    expect(await storage().keys.getKey(key.id)).toEqual({
      key,
      secrets: [newest, ...twins.toReversed(), oldest],
      lastUsedAt: NOW + 2,
      secretLastUsedAt: new Map(uses.map(({ id, at }) => [id, at])),
      credits: null,
    });
  });

  test('reads do not see what is not committed', async () => {
    await seed(storage());
    const key = aKey();
    const reads: Promise<unknown>[] = [];
    const failing = write(storage(), async (tx) => {
      await tx.insertKey(key);
      // Not awaited: an adapter may let it wait until the work has ended.
      reads.push(storage().keys.getKey(key.id));
      await new Promise((resolve) => void setImmediate(resolve));
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    expect(new Set(await Promise.all(reads))).toEqual(new Set([null]));
  });
}

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

function describeLists(storage: () => Storage): void {
  // By bytes B < a: an adapter that sorts by the rules of a language puts them the other way round.
  const CREATED = [
    ['old', NOW - 1],
    ['B', NOW],
    ['a', NOW],
    ['new', NOW + 1],
  ] as const;
  const NEWEST_FIRST = ['new', 'a', 'B', 'old'];

  test('APIs are listed newest first, page by page, ties by id', async () => {
    await seed(storage(), { apis: CREATED.map(([id, createdAt]) => anApi({ id, createdAt })) });
    const { keys } = storage();

    const all = await keys.listApis({ ids: null, after: null, limit: 10 });
    expect(ids(all)).toEqual(NEWEST_FIRST);
    expect(all[0]).toEqual(anApi({ id: 'new', createdAt: NOW + 1 }));
    expect(ids(await keys.listApis({ ids: null, after: null, limit: 2 }))).toEqual(['new', 'a']);
    const after = { value: NOW, id: 'a' };
    expect(ids(await keys.listApis({ ids: null, after, limit: 2 }))).toEqual(['B', 'old']);
  });

  test('organizations are listed newest first, page by page, ties by id', async () => {
    const organizations = CREATED.map(([id, createdAt]) => anOrganization({ id, createdAt }));
    await seed(storage(), { organizations });
    const everything = { ids: null, text: null };
    const { keys } = storage();

    const all = await keys.listOrganizations({ ...everything, after: null, limit: 10 });
    expect(ids(all)).toEqual(NEWEST_FIRST);
    const after = { value: NOW, id: 'B' };
    const rest = await keys.listOrganizations({ ...everything, after, limit: 10 });
    expect(rest).toEqual([anOrganization({ id: 'old', createdAt: NOW - 1 })]);
  });

  test('a restriction lists only what it names, and an empty one nothing', async () => {
    await seed(storage(), {
      apis: ['a', 'b', 'c'].map((id) => anApi({ id })),
      organizations: ['a', 'b', 'c'].map((id) => anOrganization({ id })),
    });
    const listed = async (only: string[]) => {
      const query = { ids: only, text: null, after: null, limit: 10 };
      const apis = await storage().keys.listApis(query);
      expect(await storage().keys.listOrganizations(query)).toHaveLength(apis.length);
      return ids(apis);
    };

    expect(await listed(['c', 'a', 'none'])).toEqual(['c', 'a']);
    expect(await listed([])).toEqual([]);
  });

  test.each([
    ['the name, ASCII case ignored', 'MPIR', ['lc']],
    ['the id, ASCII case ignored', 'Lc', ['lc']],
    ['a percent sign literally', '0%', ['pc']],
    ['an underscore literally', 'a_b', ['us']],
    ['a backslash literally', '\\', ['bs']],
    ['a quote literally', "'", ['qt']],
    ['letters beyond ASCII', 'Ünï', ['un']],
    ['letters beyond ASCII only in their own case', 'ünï', []],
  ])('organizations are found by %s', async (_, text, found) => {
    const names = { lc: 'Empire', pc: '100%', us: 'a_b', bs: 'a\\b', qt: "O'Hara", un: 'Ünïcode' };
    const organizations = Object.entries(names).map(([id, name]) => anOrganization({ id, name }));
    await seed(storage(), { organizations: [...organizations, anOrganization({ id: 'zz' })] });

    const query = { ids: null, text, after: null, limit: 10 };
    expect(ids(await storage().keys.listOrganizations(query))).toEqual(found);
  });
}
