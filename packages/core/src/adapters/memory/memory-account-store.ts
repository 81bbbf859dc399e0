import type {
  AccountStore,
  InvitationRecord,
  ListPeopleQuery,
  MemberEntry,
  MemberRecord,
  Membership,
  NewUser,
  RecoveryGrant,
  SetUpGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import { anyContains } from '../../ascii.ts';
import type { PagePosition } from '../../ports/key-store.ts';
import { byCreation, page } from './memory-query.ts';
import { SET_UP, memberPath, type Tables } from './memory-tables.ts';
import type { WorkQueue } from './work-queue.ts';

export class MemoryAccountStore implements AccountStore {
  readonly #tables: Tables;
  readonly #queue: WorkQueue;

  constructor(tables: Tables, queue: WorkQueue) {
    this.#tables = tables;
    this.#queue = queue;
  }

  async hasUsers(): Promise<boolean> {
    return this.#tables.users.size > 0;
  }

  async getUser(id: string): Promise<UserRecord | null> {
    const user = this.#tables.users.get(id);
    return user === undefined ? null : withoutPassword(user);
  }

  async findUserByEmail(email: string): Promise<UserRecord | null> {
    const user = [...this.#tables.users.values()].find((user) => user.email === email);
    return user === undefined ? null : withoutPassword(user);
  }

  async getMember(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return this.#tables.members.get(memberPath({ organizationId, userId })) ?? null;
  }

  async listMemberships(userId: string): Promise<Membership[]> {
    const all = [...this.#tables.members.values()].filter((member) => member.userId === userId);
    return all
      .toSorted((a, b) => (a.organizationId < b.organizationId ? -1 : 1))
      .map((member) => {
        const organization = this.#tables.organizations.get(member.organizationId);
        return { ...member, organizationName: organization?.name ?? '' };
      });
  }

  async listMembers(organizationId: string, query: ListPeopleQuery): Promise<MemberEntry[]> {
    const members = [...this.#tables.members.values()].filter(
      (member) => member.organizationId === organizationId,
    );
    const byId = new Map(members.map((member) => [member.userId, member]));
    const users = [...this.#tables.users.values()].filter(({ id }) => byId.has(id));
    return pageOf(users, query).flatMap((user) => {
      const member = byId.get(user.id);
      return member === undefined ? [] : [{ member, user }];
    });
  }

  async listOperators(query: ListPeopleQuery): Promise<UserRecord[]> {
    return pageOf(
      [...this.#tables.users.values()].filter(({ operator }) => operator),
      query,
    );
  }

  async listInvitations(
    organizationId: string,
    after: PagePosition | null,
    limit: number,
  ): Promise<InvitationRecord[]> {
    const all = [...this.#tables.invitations.values()].filter(
      (invitation) => invitation.organizationId === organizationId,
    );
    return page(all, byCreation, 'desc', after, limit);
  }

  async findInvitation(tokenHash: string): Promise<InvitationRecord | null> {
    const all = [...this.#tables.invitations.values()];
    return all.find((invitation) => invitation.tokenHash === tokenHash) ?? null;
  }

  forgetInvitations(expiredBy: number): Promise<void> {
    return this.#queue.run(async () => {
      for (const { id, expiresAt } of this.#tables.invitations.values()) {
        if (expiresAt <= expiredBy) this.#tables.invitations.delete(id);
      }
    });
  }

  async findRecovery(tokenHash: string): Promise<RecoveryGrant | null> {
    return this.#tables.recoveries.get(tokenHash) ?? null;
  }

  forgetRecoveries(expiredBy: number): Promise<void> {
    return this.#queue.run(async () => {
      for (const { tokenHash, expiresAt } of this.#tables.recoveries.values()) {
        if (expiresAt <= expiredBy) this.#tables.recoveries.delete(tokenHash);
      }
    });
  }

  async getSetUpGrant(): Promise<SetUpGrant | null> {
    return this.#tables.setUpGrants.get(SET_UP) ?? null;
  }

  putSetUpGrant(grant: SetUpGrant | null): Promise<void> {
    return this.#queue.run(async () => {
      if (grant === null) this.#tables.setUpGrants.delete(SET_UP);
      else this.#tables.setUpGrants.set(SET_UP, { ...grant });
    });
  }
}

export function withoutPassword(user: NewUser): UserRecord {
  const { passwordHash: _, ...rest } = user;
  return rest;
}

function pageOf(users: readonly NewUser[], { text, after, limit }: ListPeopleQuery): UserRecord[] {
  const matching = users.filter(
    ({ name, email }) => text === null || anyContains([name, email], text),
  );
  const position = after === null ? null : { value: after, id: after };
  return page(matching, ({ id }) => ({ value: id, id }), 'asc', position, limit).map(
    withoutPassword,
  );
}
