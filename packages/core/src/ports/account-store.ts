import type { MemberRole, Role } from '@claviger/contract';
import type { PagePosition } from './key-store.ts';
import type { Actor } from './records.ts';

/** Somebody who signs in. */
export interface UserRecord {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  /** Runs the installation: everything, everywhere. */
  readonly operator: boolean;
  readonly createdAt: number;
  /** Null: never, as far as is known. */
  readonly lastSignInAt: number | null;
}

export interface NewUser extends UserRecord {
  /** As the sign-in makes and checks it. */
  readonly passwordHash: string;
}

export interface MemberRecord {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly createdAt: number;
}

export interface Membership extends MemberRecord {
  readonly organizationName: string;
}

/** A member, and who that is. */
export interface MemberEntry {
  readonly member: MemberRecord;
  readonly user: UserRecord;
}

/** Lets its holder become a member. Its token is not stored. */
export interface InvitationRecord {
  readonly id: string;
  readonly organizationId: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  /** Hex SHA-256. */
  readonly tokenHash: string;
  /** Who made the link that works now. */
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export const recoveryWays = ['mail', 'operator'] as const;

/** Lets its holder choose a new password for somebody, once. Its token is not stored. */
export interface RecoveryGrant {
  /** Hex SHA-256. */
  readonly tokenHash: string;
  readonly userId: string;
  /** How it gets to them. */
  readonly via: (typeof recoveryWays)[number];
  readonly removesSecondFactor: boolean;
  readonly createdBy: Actor;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface ListPeopleQuery {
  /** Part of the name or e-mail; null: anybody. */
  readonly text: string | null;
  /** Those whose ids sort after it; null: from the first on. */
  readonly after: string | null;
  readonly limit: number;
}

/** Lets its holder create the first user. Its token is not stored. */
export interface SetUpGrant {
  /** Hex SHA-256. */
  readonly tokenHash: string;
  readonly expiresAt: number;
}

/**
 * The people and what they are in organizations, to be read; they are written by the committer. Sessions
 * and passwords belong to the sign-in and are not seen here. Every method rejects with `StorageError` when
 * the database cannot be reached, read or written.
 */
export interface AccountStore {
  hasUsers(): Promise<boolean>;
  getUser(id: string): Promise<UserRecord | null>;
  findUserByEmail(email: string): Promise<UserRecord | null>;
  getMember(organizationId: string, userId: string): Promise<MemberRecord | null>;
  /** In the order of the organizations' ids. */
  listMemberships(userId: string): Promise<Membership[]>;
  /** In the order of the users' ids. */
  listMembers(organizationId: string, query: ListPeopleQuery): Promise<MemberEntry[]>;
  /** In the order of their ids. */
  listOperators(query: ListPeopleQuery): Promise<UserRecord[]>;
  /** Newest first. */
  listInvitations(
    organizationId: string,
    after: PagePosition | null,
    limit: number,
  ): Promise<InvitationRecord[]>;
  findInvitation(tokenHash: string): Promise<InvitationRecord | null>;
  /** Deletes those that were over by then. They opened nothing any more, so no event records it. */
  forgetInvitations(expiredBy: number): Promise<void>;
  findRecovery(tokenHash: string): Promise<RecoveryGrant | null>;
  /** Deletes those that were over by then. They opened nothing any more, so no event records it. */
  forgetRecoveries(expiredBy: number): Promise<void>;
  getSetUpGrant(): Promise<SetUpGrant | null>;
  /** In the place of the one before; null: none. Opens nothing that is stored, so no event records it. */
  putSetUpGrant(grant: SetUpGrant | null): Promise<void>;
}
