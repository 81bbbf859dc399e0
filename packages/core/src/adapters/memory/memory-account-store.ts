import type {
  AccountStore,
  MemberRecord,
  SetUpGrant,
  UserRecord,
} from '../../ports/account-store.ts';
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

  async listMemberships(userId: string): Promise<MemberRecord[]> {
    const all = [...this.#tables.members.values()].filter((member) => member.userId === userId);
    return all.toSorted((a, b) => (a.organizationId < b.organizationId ? -1 : 1));
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

const withoutPassword = ({ id, email, name, operator, createdAt }: UserRecord): UserRecord => ({
  id,
  email,
  name,
  operator,
  createdAt,
});
