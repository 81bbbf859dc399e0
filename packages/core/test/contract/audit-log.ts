import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstBrokenLink } from '../../src/audit/chain-check.ts';
import { CHAIN_START } from '../../src/audit/chain.ts';
import type { NewAuditEvent } from '../../src/ports/committer.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { anEvent, NOW } from '../harness/records.ts';

export function describeAuditLog(open: () => Promise<Storage>): void {
  describe('audit log', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    const append = async (...events: NewAuditEvent[]) => {
      await storage.committer.commit(async () => ({ result: null, events, changes: [] }));
    };

    test('it begins empty', async () => {
      expect(await storage.audit.eventsAfter(0, 10)).toEqual([]);
    });

    test('an event reads back as it was written, in its place in the chain', async () => {
      const event = anEvent({
        at: NOW + 1,
        actor: { type: 'rootKey', id: 'key_root' },
        action: 'organization.suspended',
        target: {
          type: 'resource',
          id: 'acme:1@x/customer/cus_1',
          apiId: 'interact',
          organizationId: 'acme:1@x',
          environment: 'production',
        },
        before: { suspended: false, name: 'Ünïcode 😀 "\\', numbers: [0, -1.5, 1e21, 1e-7] },
        after: { suspended: true, nothing: null, nested: { b: {}, a: [[]] } },
        ip: '2001:db8::1',
        requestId: 'req_1',
      });
      await append(event);

      expect(await storage.audit.eventsAfter(0, 10)).toEqual([
        {
          ...event,
          sequence: 1,
          previousHash: CHAIN_START.hash,
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ]);
    });

    test('an event is found by its id', async () => {
      await append(anEvent(), anEvent({ id: 'evt_wanted' }), anEvent());

      expect(await storage.audit.get('evt_wanted')).toEqual(
        (await storage.audit.eventsAfter(1, 1))[0],
      );
      expect(await storage.audit.get('evt_unknown')).toBeNull();
    });

    test('its end is that of the newest event, and names the database', async () => {
      const { instance, ...start } = await storage.audit.end();
      expect(instance).toMatch(/^[0-9a-f]{32}$/);
      expect(start).toEqual(CHAIN_START);
      await append(anEvent(), anEvent());

      const [, last] = await storage.audit.eventsAfter(0, 10);
      expect(await storage.audit.end()).toEqual({ instance, sequence: 2, hash: last!.hash });
      const other = await open();
      expect((await other.audit.end()).instance).not.toBe(instance);
      await other.close();
    });

    test('a target without a place, or with part of one, has no more than that', async () => {
      const nowhere = { type: 'api', id: 'interact' } as const;
      const targets = [nowhere, { ...nowhere, apiId: 'interact' }];
      await append(...targets.map((target) => anEvent({ target })));

      const events = await storage.audit.eventsAfter(0, 10);
      expect(events.map(({ target }) => target)).toStrictEqual(targets);
      expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
    });

    test.each([
      ['null', null],
      ['text', 'plain'],
      ['a number', 1.5],
      ['a list', [1, 'a', null]],
      ['members in no order', { b: 1, a: 2, 10: 3, 9: 4 }],
    ])('a state that is %s keeps the chain valid', async (_, state) => {
      await append(anEvent({ before: state, after: state }), anEvent());

      const events = await storage.audit.eventsAfter(0, 10);
      expect(events[0]).toMatchObject({ before: state, after: state });
      expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
    });

    test('events of one commit stand in their order, without gaps', async () => {
      await append(anEvent({ id: 'evt_b' }), anEvent({ id: 'evt_a' }));
      await append(anEvent({ id: 'evt_c' }));

      const events = await storage.audit.eventsAfter(0, 10);
      expect(events.map(({ id }) => id)).toEqual(['evt_b', 'evt_a', 'evt_c']);
      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      expect(firstBrokenLink(CHAIN_START, events)).toBeNull();
    });

    test('it is read from any place on, at most as many as asked for', async () => {
      await append(...Array.from({ length: 12 }, () => anEvent()));
      const { audit } = storage;
      const read = async (after: number, limit: number) =>
        (await audit.eventsAfter(after, limit)).map(({ sequence }) => sequence);

      expect(await read(0, 3)).toEqual([1, 2, 3]);
      expect(await read(9, 10)).toEqual([10, 11, 12]);
      expect(await read(12, 10)).toEqual([]);
      expect(await read(99, 10)).toEqual([]);
    });
  });
}
