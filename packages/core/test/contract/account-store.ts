import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../src/ids.ts';
import type { NewUser } from '../../src/ports/account-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { anOrganization, NOW } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

const aUser = (fields: Partial<NewUser> = {}): NewUser => ({
  id: newId('usr', NOW),
  email: 'ada@example.com',
  name: 'Ada',
  operator: false,
  createdAt: NOW,
  passwordHash: 'hash',
  ...fields,
});

export function describeAccountStore(open: () => Promise<Storage>): void {
  describe('accounts', () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
      const organizations = [anOrganization(), anOrganization({ id: 'zebra' })];
      await seed(storage, { organizations });
    });
    afterEach(() => storage.close());

    test('a user is read back by id and e-mail, without the password', async () => {
      expect(await storage.accounts.hasUsers()).toBe(false);
      const { passwordHash: _, ...user } = aUser({ operator: true });
      await write(storage, (tx) => tx.insertUser({ ...user, passwordHash: 'hash' }));
      expect(await storage.accounts.hasUsers()).toBe(true);
      expect(await storage.accounts.getUser(user.id)).toEqual(user);
      expect(await storage.accounts.findUserByEmail('ada@example.com')).toEqual(user);
      expect(await storage.accounts.findUserByEmail('bob@example.com')).toBeNull();
      expect(await storage.accounts.getUser('usr_unknown')).toBeNull();
    });

    test('an e-mail belongs to one user', async () => {
      await write(storage, (tx) => tx.insertUser(aUser()));
      await expect(write(storage, (tx) => tx.insertUser(aUser()))).rejects.toThrow();
    });

    test('a member has one role in each organization, and leaves with it', async () => {
      const user = aUser();
      const member = { userId: user.id, createdAt: NOW };
      const owner = { ...member, organizationId: 'zebra', role: 'owner' } as const;
      const viewer = { ...member, organizationId: 'acme', role: 'viewer' } as const;
      await write(storage, async (tx) => {
        await tx.insertUser(user);
        await tx.putMember(owner);
        await tx.putMember(viewer);
      });
      expect(await storage.accounts.listMemberships(user.id)).toEqual([viewer, owner]);
      await write(storage, (tx) => tx.putMember({ ...viewer, role: 'admin', createdAt: NOW + 1 }));
      const admin = { ...viewer, role: 'admin' };
      expect(await storage.accounts.getMember('acme', user.id)).toEqual(admin);
      expect(await write(storage, (tx) => tx.getMember('acme', user.id))).toEqual(admin);
      expect(await storage.accounts.getMember('acme', 'usr_unknown')).toBeNull();
      await write(storage, (tx) => tx.deleteOrganization('acme'));
      expect(await storage.accounts.listMemberships(user.id)).toEqual([owner]);
    });

    test('a set-up grant is taken once, by its hash, before its time is over', async () => {
      const take = (hash: string, nowMs: number) =>
        write(storage, (tx) => tx.takeSetUpGrant(hash, nowMs));
      expect(await take('one', NOW)).toBe(false);
      await storage.accounts.putSetUpGrant({ tokenHash: 'one', expiresAt: NOW + 10 });
      await storage.accounts.putSetUpGrant({ tokenHash: 'two', expiresAt: NOW + 10 });
      const grant = { tokenHash: 'two', expiresAt: NOW + 10 };
      expect(await storage.accounts.getSetUpGrant()).toEqual(grant);
      expect(await take('one', NOW)).toBe(false);
      expect(await take('two', NOW + 10)).toBe(false);
      expect(await take('two', NOW + 9)).toBe(true);
      expect(await take('two', NOW)).toBe(false);
      await storage.accounts.putSetUpGrant(grant);
      await storage.accounts.putSetUpGrant(null);
      expect(await storage.accounts.getSetUpGrant()).toBeNull();
    });
  });
}
