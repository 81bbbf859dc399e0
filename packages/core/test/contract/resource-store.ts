import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ListResourcesQuery } from '../../src/ports/resource-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { aKey, anOrganization, aResource, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

export function describeResourceStore(open: () => Promise<Storage>): void {
  describe('resources', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      const organizations = ['acme', 'umbrella'].map((id) => anOrganization({ id }));
      await seed(storage, { organizations });
    });
    afterEach(() => storage.close());

    describeDirectory(() => storage);
    describeHolders(() => storage);
  });
}

function describeDirectory(storage: () => Storage): void {
  const put = (...resources: readonly ReturnType<typeof aResource>[]) =>
    write(storage(), async (tx) => {
      for (const resource of resources) await tx.putResource(resource);
    });
  const ids = async (query: Partial<ListResourcesQuery> = {}) => {
    const all = { organizationId: 'acme', type: 'customer', text: null, after: null, limit: 10 };
    return (await storage().resources.list({ ...all, ...query })).map(({ id }) => id);
  };

  test('one is read by organization, type and id, and replaced by the next one with all three', async () => {
    const resource = aResource();
    const others = [
      aResource({ organizationId: 'umbrella', name: 'Of another organization' }),
      aResource({ type: 'node', name: 'Of another type' }),
      aResource({ id: 'CUS_1', name: 'With another id' }),
    ];
    await put(resource, ...others);
    const renamed = { ...resource, name: 'Renamed', updatedAt: NOW + 1 };
    await put(renamed);

    expect(await storage().resources.get(resource)).toEqual(renamed);
    for (const other of others) expect(await storage().resources.get(other)).toEqual(other);
    expect(await storage().resources.get({ ...resource, id: 'cus_2' })).toBeNull();
  });

  test('a transaction sees what it wrote, counts it and takes it back', async () => {
    const resource = aResource();
    const seen = await write(storage(), async (tx) => {
      const before = await tx.getResource(resource);
      await tx.putResource(resource);
      await tx.putResource(aResource({ type: 'node' }));
      const counted = await tx.countResources('acme', 'customer');
      const found = await tx.getResource(resource);
      await tx.deleteResource(resource);
      return [before, counted, found, await tx.getResource(resource)];
    });

    expect(seen).toEqual([null, 1, resource, null]);
    expect(await storage().resources.get(resource)).toBeNull();
  });

  test('they are listed newest first, a page at a time', async () => {
    const made = ['a', 'b', 'C', 'd'].map((id, index) =>
      aResource({ id, createdAt: NOW + Math.floor(index / 2) }),
    );
    await put(...made, aResource({ organizationId: 'umbrella' }), aResource({ type: 'node' }));

    expect(await ids()).toEqual(['d', 'C', 'b', 'a']);
    expect(await ids({ limit: 2 })).toEqual(['d', 'C']);
    expect(await ids({ after: { value: NOW + 1, id: 'C' }, limit: 1 })).toEqual(['b']);
    expect(await ids({ type: 'none' })).toEqual([]);
  });

  test('a text finds them by name and id, upper and lower case of ASCII alike', async () => {
    await put(
      aResource({ id: 'cus_1', name: 'Globex 100%' }),
      aResource({ id: 'cus_2', name: 'Ärger & Co' }),
    );

    expect(await ids({ text: 'gLOBEX' })).toEqual(['cus_1']);
    expect(await ids({ text: '%' })).toEqual(['cus_1']);
    expect(await ids({ text: 'CUS_2' })).toEqual(['cus_2']);
    expect(await ids({ text: 'ärger' })).toEqual([]);
  });

  test('they go with their organization, and are not written without one', async () => {
    const other = aResource({ organizationId: 'umbrella' });
    await put(aResource(), aResource({ type: 'node' }), other);
    await write(storage(), (tx) => tx.deleteOrganization('acme'));

    expect(await storage().resources.get(aResource())).toBeNull();
    expect(await storage().resources.get(other)).toEqual(other);
    await expect(put(aResource())).rejects.toThrow();
    await write(storage(), (tx) => tx.putOrganization(anOrganization()));
    expect(await ids({ type: 'node' })).toEqual([]);
  });
}

function describeHolders(storage: () => Storage): void {
  test('it tells which keys are scoped to one and not finally revoked', async () => {
    const resources = { customer: ['cus_1', 'cus_2'], node: ['n1'] };
    const keys = Array.from({ length: 6 }, () => aKey({ resources }));
    const others = [
      aKey({ resources, state: 'revoked' }),
      aKey({ resources, organizationId: 'umbrella' }),
      aKey({ resources: { node: ['cus_1'] } }),
      aKey({ resources: { customer: ['cus_10'] } }),
      aKey(),
    ];
    const off = aKey({ resources, state: 'disabled' });
    await seed(storage(), {
      organizations: ['acme', 'umbrella'].map((id) => anOrganization({ id })),
      keys: [...keys, off, ...others],
    });
    const held = await write(storage(), (tx) => tx.resourceHolders(aResource()));
    const ids = [...keys, off].map(({ id }) => id).toSorted();

    expect(held).toEqual({ count: 7, examples: ids.slice(0, 5) });
    const free = aResource({ id: 'cus_3' });
    expect(await write(storage(), (tx) => tx.resourceHolders(free))).toEqual({
      count: 0,
      examples: [],
    });
  });
}
