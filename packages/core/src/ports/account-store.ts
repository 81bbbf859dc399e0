import type { MemberRole } from '@claviger/contract';

/** Somebody who signs in. */
export interface UserRecord {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  /** Runs the installation: everything, everywhere. */
  readonly operator: boolean;
  readonly createdAt: number;
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
  listMemberships(userId: string): Promise<MemberRecord[]>;
  getSetUpGrant(): Promise<SetUpGrant | null>;
  /** In the place of the one before; null: none. Opens nothing that is stored, so no event records it. */
  putSetUpGrant(grant: SetUpGrant | null): Promise<void>;
}
