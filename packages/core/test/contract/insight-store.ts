import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MAX_ROWS_OF_KEY,
  type NetworkUse,
  type Observations,
  type OriginUse,
  type PermissionUse,
  type Probe,
} from '../../src/ports/insight-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

const HOUR_MS = 3_600_000;
const key = aKey();
const other = aKey();

const aPermission = (fields: Partial<PermissionUse> = {}): PermissionUse => ({
  keyId: key.id,
  permission: 'jobs_read',
  lastUsedAt: NOW,
  ...fields,
});

const aNetwork = (fields: Partial<NetworkUse> = {}): NetworkUse => ({
  keyId: key.id,
  secretId: 'sec_1',
  network: '203.0.113.0/24',
  firstSeenAt: NOW,
  lastSeenAt: NOW + 5,
  count: 2,
  userAgent: 'curl/8.5.0',
  ...fields,
});

const anOrigin = (fields: Partial<OriginUse> = {}): OriginUse => ({
  keyId: key.id,
  origin: 'https://app.example.com',
  firstSeenAt: NOW,
  lastSeenAt: NOW + 5,
  count: 2,
  ...fields,
});

const aProbe = (fields: Partial<Probe> = {}): Probe => ({
  apiId: 'interact',
  address: '198.51.100.7',
  hour: NOW,
  count: 20,
  lastSeenAt: NOW + 5,
  hint: 'int_a1b2…w3x4',
  ...fields,
});

export function describeInsightStore(open: () => Promise<Storage>): void {
  describe('insight store', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      await seed(storage, { keys: [key, other] });
    });
    afterEach(() => storage.close());

    const record = (batch: Partial<Observations>) =>
      storage.insights.record({ permissions: [], networks: [], origins: [], probes: [], ...batch });
    const evidence = (...ids: string[]) => storage.insights.evidenceOf(ids);
    const probes = (query: object = {}) =>
      storage.insights.listProbes({ apiIds: null, since: 0, minCount: 1, limit: 10, ...query });

    test('nothing is known at first, and an empty batch changes nothing', async () => {
      await record({});
      const nothing = { permissions: [], networks: [], origins: [], replaced: [] };
      expect(await evidence(key.id, other.id)).toEqual(nothing);
      expect(await evidence()).toEqual(nothing);
      expect(await probes()).toEqual([]);
    });

    test('what is recorded is read for the keys that are asked for', async () => {
      const batch = {
        permissions: [aPermission(), aPermission({ permission: '' })],
        networks: [aNetwork(), aNetwork({ secretId: 'sec_2', userAgent: null })],
        origins: [anOrigin()],
      };
      await record({
        ...batch,
        permissions: [...batch.permissions, aPermission({ keyId: other.id })],
      });

      const { permissions, networks, origins } = await evidence(key.id);
      expect(new Set(permissions)).toEqual(new Set(batch.permissions));
      expect(new Set(networks)).toEqual(new Set(batch.networks));
      expect(origins).toEqual(batch.origins);
      expect((await evidence(key.id, other.id)).permissions).toHaveLength(3);
    });

    test('first times move back, last ones forward, counts add up, within a batch and after it', async () => {
      const early = { firstSeenAt: NOW - 9, lastSeenAt: NOW - 8, count: 3 };
      const late = { firstSeenAt: NOW + 8, lastSeenAt: NOW + 9, count: 4, userAgent: null };
      const times = [NOW, NOW - 5, NOW + 5, NOW];
      for (const batch of [{ networks: [aNetwork()] }, { networks: [aNetwork(early)] }]) {
        await record(batch);
      }
      await record({ networks: [aNetwork(late), aNetwork({ ...late, count: 1 })] });
      await record({ origins: [anOrigin(early), anOrigin()] });
      for (const at of times) await record({ permissions: [aPermission({ lastUsedAt: at })] });
      await record({ permissions: times.map((at) => aPermission({ lastUsedAt: at })) });

      const found = await evidence(key.id);
      expect(found.networks).toEqual([
        aNetwork({ firstSeenAt: NOW - 9, lastSeenAt: NOW + 9, count: 10 }),
      ]);
      expect(found.origins).toEqual([anOrigin({ firstSeenAt: NOW - 9, count: 5 })]);
      expect(found.permissions).toEqual([aPermission({ lastUsedAt: NOW + 5 })]);
    });

    test('a key that is deleted takes everything along, and gets nothing any more', async () => {
      const batch = { permissions: [aPermission()], networks: [aNetwork()], origins: [anOrigin()] };
      await record(batch);
      await write(storage, (tx) => tx.deleteKey(key.id));
      await record({ ...batch, permissions: [aPermission(), aPermission({ keyId: other.id })] });

      expect(await evidence(key.id, other.id)).toEqual({
        permissions: [aPermission({ keyId: other.id })],
        networks: [],
        origins: [],
        replaced: [],
      });
    });

    test('a key has only so many rows: the first networks and origins, the last permissions', async () => {
      const many = <Row>(count: number, row: (n: number) => Row) =>
        Array.from({ length: count }, (_, n) => row(n));
      const network = (n: number) => aNetwork({ network: `n${n}`, firstSeenAt: NOW + n });
      await record({ networks: many(MAX_ROWS_OF_KEY.networks - 1, network) });
      await record({ networks: [500, 400, 0].map(network), permissions: [aPermission()] });
      const origin = (n: number) => anOrigin({ origin: `o${n}`, firstSeenAt: NOW + n });
      await record({ origins: many(MAX_ROWS_OF_KEY.origins + 2, origin) });
      const permission = (n: number) =>
        aPermission({ permission: `p${n}`, lastUsedAt: NOW + 1 + n });
      await record({ permissions: many(MAX_ROWS_OF_KEY.permissions, permission) });

      const found = await evidence(key.id);
      expect(found.networks).toHaveLength(MAX_ROWS_OF_KEY.networks);
      const names = found.networks.map(({ network: name }) => name);
      expect([names.includes('n400'), names.includes('n500')]).toEqual([true, false]);
      expect(found.origins.map(({ origin: name }) => name).toSorted()).toEqual(
        many(MAX_ROWS_OF_KEY.origins, (n) => `o${n}`).toSorted(),
      );
      expect(found.permissions).toHaveLength(MAX_ROWS_OF_KEY.permissions);
      expect(found.permissions.map((use) => use.permission)).not.toContain('jobs_read');
    });

    test('a key is replaced when another that is not revoked was created for it', async () => {
      const replacement = aKey({ replacesKeyId: key.id });
      await seed(storage, { keys: [replacement, aKey({ replacesKeyId: key.id })] });
      await seed(storage, { keys: [aKey({ replacesKeyId: other.id, state: 'revoked' })] });
      expect((await evidence(key.id, other.id)).replaced).toEqual([key.id]);
    });

    test('probes add up by API, address and hour, and the most come first', async () => {
      await record({ probes: [aProbe(), aProbe({ count: 1, hint: null })] });
      await record({ probes: [aProbe({ count: 4, lastSeenAt: NOW + 9, hint: 'int_next…hint' })] });
      const more = [
        aProbe({ address: '2001:db8::/64', count: 30 }),
        aProbe({ apiId: 'web', count: 10, hint: null }),
        aProbe({ hour: NOW + HOUR_MS, count: 5 }),
      ];
      await record({ probes: more });

      const first = aProbe({ count: 25, lastSeenAt: NOW + 9, hint: 'int_next…hint' });
      expect(await probes()).toEqual([more[0], first, more[1], more[2]]);
      expect(await probes({ limit: 1 })).toEqual([more[0]]);
      expect(await probes({ minCount: 26 })).toEqual([more[0]]);
      expect(await probes({ since: NOW + 1 })).toEqual([more[2]]);
      expect(await probes({ apiIds: ['web'] })).toEqual([more[1]]);
      expect(await probes({ apiIds: [] })).toEqual([]);
    });

    test('it remembers since when everything was observed', async () => {
      expect(await storage.insights.observedSince()).toBeNull();
      await storage.insights.setObservedSince(NOW);
      await storage.insights.setObservedSince(NOW + 1);
      expect(await storage.insights.observedSince()).toBe(NOW + 1);
      await storage.insights.setObservedSince(null);
      expect(await storage.insights.observedSince()).toBeNull();
    });

    test('what is old is deleted, not more of each kind than asked for', async () => {
      const old = { lastSeenAt: NOW - 9, firstSeenAt: NOW - 9 };
      await record({
        permissions: [aPermission(), aPermission({ permission: 'old', lastUsedAt: NOW - 9 })],
        networks: [aNetwork(), aNetwork({ network: 'old', ...old })],
        origins: [anOrigin(), anOrigin({ origin: 'old', ...old })],
        probes: [aProbe(), aProbe({ hour: NOW - 9 }), aProbe({ hour: NOW - 8 })],
      });
      const before = { keys: NOW, probes: NOW };
      expect(await storage.insights.deleteOld({ keys: 0, probes: 0 }, 10)).toBe(0);
      expect(await storage.insights.deleteOld(before, 1)).toBe(4);
      expect(await storage.insights.deleteOld(before, 10)).toBe(1);

      expect(await evidence(key.id)).toEqual({
        permissions: [aPermission()],
        networks: [aNetwork()],
        origins: [anOrigin()],
        replaced: [],
      });
      expect(await probes()).toEqual([aProbe()]);
    });
  });
}
