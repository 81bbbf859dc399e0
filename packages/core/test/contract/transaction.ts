import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_EXAMPLES, type Holders, type Holdings } from '../../src/ports/committer.ts';
import type { KeyRecord } from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aDigest, aKey, anApi, anEvent, anOrganization, aSecret, NOW } from '../harness/records.ts';
import { recordUsage, seed, write } from '../harness/seed.ts';

export function describeTransaction(open: () => Promise<Storage>): void {
  describe('transaction', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    describeWrites(() => storage);
    describeConstraints(() => storage);
    // A group of its own: it has rows of its own before each test.
    describe('counts', () => describeCounts(() => storage));
  });
}

function describeWrites(storage: () => Storage): void {
  test('its reads see what it wrote itself', async () => {
    const key = aKey();
    const secret = aSecret({ keyId: key.id });
    const renamed = { ...key, name: 'Renamed' };

    const seen = await write(storage(), async (tx) => {
      const before = [await tx.lockApi('interact', 'read'), await tx.lockKey(key.id)];
      await tx.putApi(anApi());
      await tx.putOrganization(anOrganization());
      await tx.insertKey(key);
      await tx.insertSecret(secret);
      await tx.updateKey(renamed);
      return {
        before,
        api: await tx.lockApi('interact', 'write'),
        organization: await tx.lockOrganization('acme', 'write'),
        found: await tx.lockKey(key.id),
        count: await tx.countKeys({ apiId: 'interact' }),
        kinds: (await tx.holdings('interact')).kinds,
      };
    });

    expect(seen).toEqual({
      before: [null, null],
      api: anApi(),
      organization: anOrganization(),
      found: {
        key: renamed,
        secrets: [secret],
        lastUsedAt: null,
        secretLastUsedAt: new Map(),
        credits: null,
      },
      count: 1,
      kinds: new Map([['secret', { count: 1, examples: [key.id] }]]),
    });
  });

  test('a key is locked with its secrets, newest first, and their last uses', async () => {
    const key = aKey();
    const older = aSecret({ keyId: key.id, createdAt: NOW - 1, endedAt: NOW });
    const half = aSecret({ keyId: key.id, type: 'public' });
    await seed(storage(), { keys: [key], secrets: [older, half] });
    const keys = [{ id: key.id, at: NOW }];
    await recordUsage(storage(), { keys, secrets: [{ id: older.id, at: NOW - 1 }] });

    const found = await write(storage(), (tx) => tx.lockKey(key.id));

    expect(found).toEqual(await storage().keys.getKey(key.id));
    expect(found?.secrets).toEqual([half, older]);
  });

  test('several keys are locked at once, in the order of their ids, as each alone would be', async () => {
    const keys = [aKey(), aKey(), aKey()];
    const secrets = keys.map(({ id }) => aSecret({ keyId: id }));
    await seed(storage(), { keys, secrets });
    await recordUsage(storage(), { keys: [{ id: keys[1]!.id, at: NOW }] });
    const ids = keys.map(({ id }) => id).toSorted();

    const found = await write(storage(), (tx) => tx.lockKeys([...ids.toReversed(), 'key_none']));

    const alone = await Promise.all(ids.map((id) => storage().keys.getKey(id)));
    expect(found).toEqual(alone);
    expect(await write(storage(), (tx) => tx.lockKeys([]))).toEqual([]);
  });

  test('an API and an organization are replaced by the next one with their id', async () => {
    await seed(storage());
    const api = anApi({ definition: { ...anApi().definition, name: 'New' }, updatedAt: NOW + 1 });
    const organization = anOrganization({ name: 'New', suspended: true, updatedAt: NOW + 1 });
    await seed(storage(), { apis: [api], organizations: [organization] });

    expect(await storage().keys.getApi(api.id)).toEqual(api);
    expect(await storage().keys.getOrganization(organization.id)).toEqual(organization);
  });

  test('an API and an organization without keys can be deleted', async () => {
    await seed(storage());
    await write(storage(), async (tx) => {
      await tx.deleteApi('interact');
      await tx.deleteOrganization('acme');
    });

    expect(await storage().keys.getApi('interact')).toBeNull();
    expect(await storage().keys.getOrganization('acme')).toBeNull();
  });

  test('many keys are written at once, each with its secrets and credits', async () => {
    await seed(storage());
    // More than one statement takes, and no power of two.
    const keys = Array.from({ length: 67 }, (_, n) => {
      const key = aKey({ metered: n % 2 === 0 });
      const secrets = [aSecret({ keyId: key.id }), aSecret({ keyId: key.id, type: 'public' })];
      const credits = n % 2 === 0 ? { remaining: n, refill: null, refilledAt: NOW } : null;
      return { key, secrets, credits };
    });

    await write(storage(), async (tx) => {
      await tx.insertKeys([]);
      await tx.insertKeys(keys);
    });

    for (const { key, secrets, credits } of keys) {
      const found = await storage().keys.getKey(key.id);
      expect(found).toMatchObject({ key, credits });
      expect(new Set(found?.secrets)).toEqual(new Set(secrets));
    }
  });

  test('knows which digests are taken, by what it wrote itself too', async () => {
    const key = aKey();
    const [stored, own] = [aSecret({ keyId: key.id }), aSecret({ keyId: key.id })];
    await seed(storage(), { keys: [key], secrets: [stored] });
    const free = Array.from({ length: 70 }, aDigest);

    const taken = await write(storage(), async (tx) => {
      await tx.insertSecret(own);
      return {
        none: [...(await tx.takenDigests([]))],
        some: [...(await tx.takenDigests([...free, own.digest, stored.digest]))],
      };
    });

    expect(taken.none).toEqual([]);
    expect(taken.some.toSorted()).toEqual(
      [stored, own].map(({ digest }) => digest.toString('hex')).toSorted(),
    );
  });

  test('a key is changed in every field that commands change', async () => {
    const key = aKey();
    const changed: KeyRecord = {
      ...key,
      name: 'Renamed',
      description: 'described',
      hint: 'int_new…hint',
      permissions: [],
      preset: 'read-only',
      allowedOrigins: ['example.com'],
      allowedIps: ['10.0.0.0/8'],
      rateLimits: [{ name: 'own', limit: 1, windowSeconds: 2 }],
      metered: true,
      resources: { node: ['n1'] },
      ownerId: 'user_1',
      state: 'disabled',
      notBefore: NOW + 1,
      expiresAt: NOW + 2,
      revokedAt: NOW + 3,
      revokedReason: 'Lost',
      updatedAt: NOW + 4,
      metadata: { plan: 'pro' },
    };
    await seed(storage(), { keys: [key, aKey()] });
    await write(storage(), (tx) => tx.updateKey(changed));
    expect((await storage().keys.getKey(key.id))?.key).toEqual(changed);

    await write(storage(), (tx) => tx.updateKey(key));
    expect((await storage().keys.getKey(key.id))?.key).toEqual(key);
  });

  test('updating a secret changes when it ends and nothing else', async () => {
    const key = aKey();
    const [secret, other] = [aSecret({ keyId: key.id }), aSecret({ keyId: key.id })];
    await seed(storage(), { keys: [key], secrets: [secret, other] });
    const ends = { expiresAt: NOW + 1, endedAt: NOW + 2 };
    const elsewhere = { digest: aDigest(), pepperVersion: 9, hint: 'x', createdAt: 1 };
    await write(storage(), (tx) => tx.updateSecret({ ...secret, ...ends, ...elsewhere }));

    const { keys } = storage();
    expect((await keys.findSecret([secret.digest]))?.secret).toEqual({ ...secret, ...ends });
    expect((await keys.findSecret([other.digest]))?.secret).toEqual(other);
  });

  test('a deleted secret is found no more, and its siblings stay', async () => {
    const key = aKey();
    const [secret, other] = [aSecret({ keyId: key.id }), aSecret({ keyId: key.id })];
    await seed(storage(), { keys: [key], secrets: [secret, other] });
    const secrets = [secret, other].map(({ id }) => ({ id, at: NOW }));
    await recordUsage(storage(), { secrets });
    await write(storage(), (tx) => tx.deleteSecret(secret.id));

    expect(await storage().keys.findSecret([secret.digest])).toBeNull();
    const found = await storage().keys.getKey(key.id);
    expect(found?.secrets).toEqual([other]);
    expect(found?.secretLastUsedAt).toEqual(new Map([[other.id, NOW]]));
  });

  test('a deleted key takes its secrets and last uses along; counts and audit events stay', async () => {
    const [key, other] = [aKey({ kind: 'pair', publicKey: 'pk_1' }), aKey()];
    const [secret, kept] = [aSecret({ keyId: key.id }), aSecret({ keyId: other.id })];
    await seed(storage(), { keys: [key, other], secrets: [secret, kept] });
    const nobody = { apiId: 'interact', organizationId: 'acme', environment: 'production' };
    const count = { hour: 0, keyId: key.id, ...nobody, code: 'VALID', count: 3 } as const;
    await recordUsage(storage(), {
      counts: [count],
      keys: [{ id: key.id, at: NOW }],
      secrets: [{ id: secret.id, at: NOW }],
    });
    await storage().committer.commit(async (tx) => {
      await tx.deleteKey(key.id);
      return { result: null, events: [anEvent({ action: 'key.deleted' })], changes: [] };
    });

    expect(await storage().keys.getKey(key.id)).toBeNull();
    expect(await storage().keys.findSecret([secret.digest])).toBeNull();
    expect((await storage().keys.findSecret([kept.digest]))?.key).toEqual(other);
    expect(await storage().usage.countsSince(0)).toEqual([count]);
    expect(await storage().audit.eventsAfter(0, 10)).toHaveLength(1);

    // Nothing of it is left behind: the same records fit in again, unused.
    await seed(storage(), { keys: [key], secrets: [secret] });
    const unused = { lastUsedAt: null, secretLastUsedAt: new Map(), credits: null };
    expect(await storage().keys.getKey(key.id)).toEqual({ key, secrets: [secret], ...unused });
  });
}

function describeConstraints(storage: () => Storage): void {
  const key = aKey({ kind: 'pair', publicKey: 'pk_1' });
  const secret = aSecret({ keyId: key.id });

  test.each([
    ['a key id', { keys: [aKey({ id: key.id })] }],
    ['a public key', { keys: [aKey({ publicKey: key.publicKey })] }],
    ['a secret id', { secrets: [aSecret({ keyId: key.id, id: secret.id })] }],
    ['a digest', { secrets: [aSecret({ keyId: key.id, digest: secret.digest })] }],
  ])('%s cannot be taken twice', async (_, taken) => {
    await seed(storage(), { keys: [key], secrets: [secret] });
    const before = await storage().keys.getKey(key.id);
    const bystander = anOrganization({ id: 'bystander' });

    await expect(seed(storage(), { organizations: [bystander], ...taken })).rejects.toThrow();

    expect(await storage().keys.getKey(key.id)).toEqual(before);
    expect(await storage().keys.getOrganization('bystander')).toBeNull();
  });

  test('a public key cannot be taken by an update either', async () => {
    const other = aKey();
    await seed(storage(), { keys: [key, other] });

    const update = write(storage(), (tx) => tx.updateKey({ ...other, publicKey: key.publicKey }));

    await expect(update).rejects.toThrow();
    expect((await storage().keys.getKey(other.id))?.key).toEqual(other);
  });

  test('a public key is free again once its key is deleted', async () => {
    await seed(storage(), { keys: [key] });
    await write(storage(), (tx) => tx.deleteKey(key.id));
    const next = aKey({ publicKey: key.publicKey });
    await seed(storage(), { keys: [next] });

    expect((await storage().keys.getKey(next.id))?.key).toEqual(next);
  });

  test('an API and an organization with keys, even revoked ones, cannot be deleted', async () => {
    await seed(storage(), { keys: [aKey({ state: 'revoked' })] });

    await expect(write(storage(), (tx) => tx.deleteApi('interact'))).rejects.toThrow();
    await expect(write(storage(), (tx) => tx.deleteOrganization('acme'))).rejects.toThrow();
    expect(await storage().keys.getApi('interact')).toEqual(anApi());
    expect(await storage().keys.getOrganization('acme')).toEqual(anOrganization());
  });

  test.each([
    ['a key without its API', { keys: [aKey({ apiId: 'none' })] }],
    ['a key without its organization', { keys: [aKey({ organizationId: 'none' })] }],
    ['a secret without its key', { secrets: [aSecret({ keyId: 'key_none' })] }],
  ])('%s is not written', async (_, orphan) => {
    await seed(storage());
    await expect(seed(storage(), orphan)).rejects.toThrow();
  });
}

function describeCounts(storage: () => Storage): void {
  const keys = [
    aKey({ permissions: ['jobs_read', 'jobs_trigger'], preset: 'read-only' }),
    aKey({ permissions: ['jobs_read'], environment: 'staging', expiresAt: NOW }),
    aKey({ kind: 'pair', permissions: [], state: 'disabled', expiresAt: NOW + 1 }),
    aKey({ state: 'revoked', preset: 'read-only' }),
    aKey({ apiId: 'web', preset: 'all' }),
    aKey({ apiId: 'web', organizationId: 'umbrella', permissions: ['jobs_trigger'] }),
  ];
  beforeEach(async () => {
    const apis = ['interact', 'web', 'unused'].map((id) => anApi({ id }));
    const organizations = ['acme', 'umbrella'].map((id) => anOrganization({ id }));
    await seed(storage(), { apis, organizations, keys });
  });

  test.each([
    ['that are not revoked', {}, 5],
    ['revoked ones included', { withRevoked: true }, 6],
    ['of an API', { apiId: 'interact' }, 3],
    ['of an organization', { organizationId: 'umbrella' }, 1],
    ['of both', { apiId: 'web', organizationId: 'acme' }, 1],
    ['of an API that has none', { apiId: 'unused', withRevoked: true }, 0],
    ['that have not expired', { apiId: 'interact', liveAt: NOW }, 2],
    ['that have not expired, revoked ones included', { liveAt: NOW + 1, withRevoked: true }, 4],
  ])('it counts keys %s', async (_, filter, expected) => {
    expect(await write(storage(), (tx) => tx.countKeys(filter))).toBe(expected);
  });

  test('it tells what the keys of an API hold that are not revoked, and which keys', async () => {
    const [both, staging, pair] = keys.map(({ id }) => id);
    const held = await write(storage(), (tx) => tx.holdings('interact'));
    expect(sorted(held)).toEqual({
      permissions: {
        jobs_read: { count: 2, examples: [both, staging].toSorted() },
        jobs_trigger: { count: 1, examples: [both] },
      },
      presets: { 'read-only': { count: 1, examples: [both] } },
      kinds: {
        secret: { count: 2, examples: [both, staging].toSorted() },
        pair: { count: 1, examples: [pair] },
      },
      environments: {
        production: { count: 2, examples: [both, pair].toSorted() },
        staging: { count: 1, examples: [staging] },
      },
      resourceTypes: {},
      published: {},
    });
    const nothing = { permissions: {}, presets: {}, kinds: {}, environments: {} };
    expect(sorted(await write(storage(), (tx) => tx.holdings('unused')))).toEqual({
      ...nothing,
      resourceTypes: {},
      published: {},
    });
  });

  test('it tells which types of resource keys are scoped to, and what publishable ones publish', async () => {
    const scoped = aKey({ apiId: 'unused', resources: { customer: ['cus_1'], node: [] } });
    const open = aKey({ apiId: 'unused', kind: 'publishable', permissions: ['jobs_read'] });
    const dead = aKey({ apiId: 'unused', state: 'revoked', resources: { gone: ['x'] } });
    await seed(storage(), { apis: [], organizations: [], keys: [scoped, open, dead] });
    const held = sorted(await write(storage(), (tx) => tx.holdings('unused')));
    expect(held).toMatchObject({
      resourceTypes: {
        customer: { count: 1, examples: [scoped.id] },
        node: { count: 1, examples: [scoped.id] },
      },
      published: { jobs_read: { count: 1, examples: [open.id] } },
    });
    expect(held.resourceTypes).not.toHaveProperty('gone');
  });

  test('it counts all and names a few where many hold the same', async () => {
    const many = Array.from({ length: 9 }, (_, at) =>
      aKey({ apiId: 'unused', resources: { customer: [`cus_${at}`] } }),
    );
    await seed(storage(), { apis: [], organizations: [], keys: many });
    const { kinds } = await write(storage(), (tx) => tx.holdings('unused'));
    const { count, examples } = kinds.get('secret')!;
    expect(count).toBe(9);
    expect(examples).toHaveLength(MAX_EXAMPLES);
    const ids = new Set(many.map(({ id }) => id));
    expect(examples.every((id) => ids.has(id))).toBe(true);
  });
}

/** In an order that does not depend on the database. */
function sorted(holdings: Holdings) {
  const plain = (map: ReadonlyMap<string, Holders>) =>
    Object.fromEntries(
      [...map].map(([id, { count, examples }]) => [id, { count, examples: examples.toSorted() }]),
    );
  return {
    permissions: plain(holdings.permissions),
    presets: plain(holdings.presets),
    kinds: plain(holdings.kinds),
    environments: plain(holdings.environments),
    resourceTypes: plain(holdings.resourceTypes),
    published: plain(holdings.published),
  };
}
