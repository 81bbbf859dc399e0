import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../src/ids.ts';
import type { InvitationRecord, NewUser, RecoveryGrant } from '../../src/ports/account-store.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { anOrganization, NOW, SYSTEM } from '../harness/records.ts';
import { seed, write } from '../harness/seed.ts';

const aUser = (fields: Partial<NewUser> = {}): NewUser => ({
  id: newId('usr', NOW),
  email: 'ada@example.com',
  name: 'Ada',
  operator: false,
  createdAt: NOW,
  lastSignInAt: null,
  passwordHash: 'hash',
  ...fields,
});

const anInvitation = (fields: Partial<InvitationRecord> = {}): InvitationRecord => {
  const id = newId('inv', fields.createdAt ?? NOW);
  return {
    id,
    organizationId: 'acme',
    email: 'ada@example.com',
    role: 'developer',
    tokenHash: `hash of ${id}`,
    createdBy: SYSTEM,
    createdAt: NOW,
    expiresAt: NOW + 10,
    ...fields,
  };
};

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
      const inAcme = { ...viewer, organizationName: 'Acme' };
      const inZebra = { ...owner, organizationName: 'Acme' };
      expect(await storage.accounts.listMemberships(user.id)).toEqual([inAcme, inZebra]);
      await write(storage, (tx) => tx.putMember({ ...viewer, role: 'admin', createdAt: NOW + 1 }));
      const admin = { ...viewer, role: 'admin' };
      expect(await storage.accounts.getMember('acme', user.id)).toEqual(admin);
      expect(await write(storage, (tx) => tx.getMember('acme', user.id))).toEqual(admin);
      expect(await storage.accounts.getMember('acme', 'usr_unknown')).toBeNull();
      await write(storage, (tx) => tx.deleteOrganization('acme'));
      expect(await storage.accounts.listMemberships(user.id)).toEqual([inZebra]);
    });

    test('members are listed in the order of their ids, page by page, and found by name and e-mail', async () => {
      const names = ['Ada', 'Bob', 'Cy'];
      const users = names.map((name, index) =>
        aUser({ id: newId('usr', NOW + index), name, email: `${name}@example.com`.toLowerCase() }),
      );
      const memberOf = ({ id }: NewUser) =>
        ({ organizationId: 'acme', userId: id, role: 'viewer', createdAt: NOW }) as const;
      await write(storage, async (tx) => {
        for (const user of users.toReversed()) {
          await tx.insertUser(user);
          await tx.putMember(memberOf(user));
        }
      });
      const list = async (text: string | null, after: string | null, limit: number) => {
        const found = await storage.accounts.listMembers('acme', { text, after, limit });
        return found.map(({ user }) => user.name);
      };
      expect(await list(null, null, 2)).toEqual(['Ada', 'Bob']);
      expect(await list(null, users[1]!.id, 2)).toEqual(['Cy']);
      expect(await list('bO', null, 9)).toEqual(['Bob']);
      expect(await list('CY@', null, 9)).toEqual(['Cy']);
      const { passwordHash: _, ...ada } = users[0]!;
      const [first] = await storage.accounts.listMembers('acme', {
        text: null,
        after: null,
        limit: 1,
      });
      expect(first).toEqual({ user: ada, member: memberOf(users[0]!) });
      const everybody = { text: null, after: null, limit: 9 };
      expect(await storage.accounts.listMembers('zebra', everybody)).toEqual([]);
      expect(await write(storage, (tx) => tx.countMembers('acme', 'viewer'))).toBe(3);
      await write(storage, (tx) => tx.deleteMember('acme', users[1]!.id));
      expect(await list(null, null, 9)).toEqual(['Ada', 'Cy']);
      expect(await write(storage, (tx) => tx.countMembers('acme', 'viewer'))).toBe(2);
      expect(await write(storage, (tx) => tx.countMembers('acme', 'owner'))).toBe(0);
    });

    test('operators come and go, and the last sign-in is known', async () => {
      const everybody = { text: null, after: null, limit: 9 };
      const { passwordHash: _, ...user } = aUser();
      await write(storage, (tx) => tx.insertUser(aUser({ ...user })));
      expect(await storage.accounts.listOperators(everybody)).toEqual([]);
      await write(storage, async (tx) => {
        await tx.setOperator(user.id, true);
        await tx.noteSignIn(user.id, NOW + 5);
        await tx.renameUser(user.id, 'Countess');
        expect(await tx.countOperators()).toBe(1);
        expect((await tx.getUser(user.id))?.operator).toBe(true);
        expect((await tx.findUserByEmail(user.email))?.id).toBe(user.id);
        expect(await tx.findUserByEmail('bob@example.com')).toBeNull();
      });
      const now = { ...user, name: 'Countess', operator: true, lastSignInAt: NOW + 5 };
      expect(await storage.accounts.listOperators(everybody)).toEqual([now]);
      const others = { ...everybody, text: 'bob' };
      expect(await storage.accounts.listOperators(others)).toEqual([]);
      await write(storage, (tx) => tx.setOperator(user.id, false));
      expect(await storage.accounts.listOperators(everybody)).toEqual([]);
    });

    test('an invitation is found by its hash, changed, counted, and gone with its organization', async () => {
      const one = anInvitation();
      const other = anInvitation({ email: 'bob@example.com', createdAt: NOW + 1 });
      const far = anInvitation({ organizationId: 'zebra', role: 'owner' });
      await write(storage, async (tx) => {
        for (const invitation of [one, other, far]) await tx.putInvitation(invitation);
      });
      expect(await storage.accounts.findInvitation(one.tokenHash)).toEqual(one);
      expect(await storage.accounts.listInvitations('acme', null, 9)).toEqual([other, one]);
      const after = { value: other.createdAt, id: other.id };
      expect(await storage.accounts.listInvitations('acme', after, 9)).toEqual([one]);
      await write(storage, async (tx) => {
        expect(await tx.getInvitationOf('zebra', far.email)).toEqual(far);
        expect(await tx.getInvitationOf('zebra', other.email)).toBeNull();
        expect(await tx.countInvitations('acme')).toBe(2);
        await tx.putInvitation({ ...one, tokenHash: 'new', expiresAt: NOW + 99 });
      });
      expect(await storage.accounts.findInvitation(one.tokenHash)).toBeNull();
      expect(await storage.accounts.findInvitation('new')).toMatchObject({ expiresAt: NOW + 99 });
      await write(storage, (tx) => tx.deleteInvitation(one.id));
      expect(await write(storage, (tx) => tx.getInvitation(one.id))).toBeNull();
      await write(storage, (tx) => tx.deleteOrganization('acme'));
      expect(await storage.accounts.findInvitation(other.tokenHash)).toBeNull();
      await storage.accounts.forgetInvitations(far.expiresAt - 1);
      expect(await storage.accounts.findInvitation(far.tokenHash)).toEqual(far);
      await storage.accounts.forgetInvitations(far.expiresAt);
      expect(await storage.accounts.findInvitation(far.tokenHash)).toBeNull();
    });

    test('an e-mail is invited to an organization once', async () => {
      await write(storage, (tx) => tx.putInvitation(anInvitation()));
      const again = anInvitation({ role: 'viewer' });
      await expect(write(storage, (tx) => tx.putInvitation(again))).rejects.toThrow();
    });

    test('a recovery is taken once, before its time is over', async () => {
      const ada = aUser();
      const bob = aUser({ email: 'bob@example.com' });
      const grant = (
        tokenHash: string,
        createdAt: number,
        fields: Partial<RecoveryGrant> = {},
      ): RecoveryGrant => ({
        tokenHash,
        userId: ada.id,
        via: 'mail',
        removesSecondFactor: false,
        createdBy: SYSTEM,
        createdAt,
        expiresAt: NOW + 10,
        ...fields,
      });
      const find = (hash: string) => storage.accounts.findRecovery(hash);
      const take = (hash: string, nowMs: number) =>
        write(storage, (tx) => tx.takeRecovery(hash, nowMs));
      const list = () => write(storage, (tx) => tx.listRecoveries(ada.id));
      const older = grant('older', NOW);
      const newer = grant('newer', NOW + 2);
      const handed = grant('handed', NOW + 1, { via: 'operator', removesSecondFactor: true });
      const bobs = grant('bobs', NOW, { userId: bob.id });
      await write(storage, async (tx) => {
        await tx.insertUser(ada);
        await tx.insertUser(bob);
        for (const one of [older, newer, handed, bobs]) await tx.insertRecovery(one);
      });
      expect(await find('handed')).toEqual(handed);
      expect(await list()).toEqual([newer, handed, older]);
      expect(await take('newer', NOW + 10)).toBeNull();
      expect(await take('newer', NOW + 9)).toEqual(newer);
      expect(await take('newer', NOW)).toBeNull();
      await write(storage, (tx) => tx.deleteRecoveries(ada.id, 'operator'));
      expect(await list()).toEqual([older]);
      await write(storage, (tx) => tx.deleteRecoveries(ada.id));
      expect(await list()).toEqual([]);
      await storage.accounts.forgetRecoveries(NOW + 9);
      expect(await find('bobs')).toEqual(bobs);
      await storage.accounts.forgetRecoveries(NOW + 10);
      expect(await find('bobs')).toBeNull();
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
