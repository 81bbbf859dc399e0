import type { MemberRole } from '@claviger/contract';
import type { AuditTarget } from '../audit/audit-target.ts';
import type {
  InvitationRecord,
  MemberRecord,
  NewUser,
  RecoveryGrant,
  UserRecord,
} from './account-store.ts';
import type { Change, ChangeScope } from './change-feed.ts';
import type { IdempotentAnswer } from './idempotent-answers.ts';
import type {
  Actor,
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  ResourceId,
  ResourceRecord,
  SecretRecord,
} from './records.ts';
import type { WebhookRecord } from './webhook-store.ts';

/**
 * The one way in which APIs, organizations, keys and secrets are written: rows, audit events and
 * changes in one transaction. There is no other method that writes them, so nothing can forget the
 * audit log or the feed.
 */
export interface Committer {
  /**
   * Runs `work` and commits what it wrote together with the audit events and changes it returns.
   * Works of concurrent callers share a transaction; each stands or falls alone. Resolves after the
   * commit is durable. Rejects with what `work` threw, or with `StorageError`; nothing of it is
   * written then. `work` may be run again after a serialization failure, so it must not act outside `tx`.
   */
  commit<Result>(work: Work<Result>): Promise<Committed<Result>>;
}

export type Work<Result> = (tx: Transaction) => Promise<Mutation<Result>>;

export interface Mutation<Result> {
  readonly result: Result;
  readonly events: readonly NewAuditEvent[];
  readonly changes: readonly NewChange[];
}

export interface Committed<Result> {
  readonly result: Result;
  /** Those of this work, with their place in the feed. */
  readonly changes: readonly Change[];
}

export interface NewChange {
  readonly scope: ChangeScope;
  readonly id: string;
  /** Digests that begin to exist with this change, hex. */
  readonly digests?: readonly string[];
}

export interface NewAuditEvent {
  readonly id: string;
  readonly at: number;
  readonly actor: Actor;
  /** `key.created`, `organization.suspended`, … */
  readonly action: string;
  readonly target: AuditTarget;
  /** The state before and after, secrets and digests excluded; null where there is none. */
  readonly before: unknown;
  readonly after: unknown;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/**
 * Reads see what the transaction wrote. The `lock…` reads hold the row against other writers until
 * the commit; take them in the order key, API, organization.
 */
export interface Transaction {
  lockApi(id: string, mode: LockMode): Promise<ApiRecord | null>;
  lockOrganization(id: string, mode: LockMode): Promise<OrganizationRecord | null>;
  lockKey(id: string): Promise<KeyWithSecrets | null>;
  /** Those of them that are there, locked and answered in the order of their ids. At most 1,000. */
  lockKeys(ids: readonly string[]): Promise<KeyWithSecrets[]>;

  putApi(api: ApiRecord): Promise<void>;
  deleteApi(id: string): Promise<void>;
  putOrganization(organization: OrganizationRecord): Promise<void>;
  /** Its resources, memberships and invitations go with it. */
  deleteOrganization(id: string): Promise<void>;

  insertKey(key: KeyRecord): Promise<void>;
  /** Many new keys at once, each with its secrets and credits. */
  insertKeys(keys: readonly NewKey[]): Promise<void>;
  updateKey(key: KeyRecord): Promise<void>;
  /** Its secrets go with it. */
  deleteKey(id: string): Promise<void>;
  insertSecret(secret: SecretRecord): Promise<void>;
  /** Changes `expiresAt` and `endedAt` only. */
  updateSecret(secret: SecretRecord): Promise<void>;
  deleteSecret(id: string): Promise<void>;
  /** Those of them that secrets have already, hex. */
  takenDigests(digests: readonly Buffer[]): Promise<ReadonlySet<string>>;
  /** The key's credits from now on; null: none. */
  putCredits(keyId: string, credits: CreditsRecord | null): Promise<void>;

  getResource(id: ResourceId): Promise<ResourceRecord | null>;
  putResource(resource: ResourceRecord): Promise<void>;
  deleteResource(id: ResourceId): Promise<void>;
  /** How many resources of the type are named. */
  countResources(organizationId: string, type: string): Promise<number>;
  /** The keys of the organization that are scoped to the resource and not finally revoked. */
  resourceHolders(id: ResourceId): Promise<Holders>;

  /** Held against other writers. */
  lockWebhook(id: string): Promise<WebhookRecord | null>;
  putWebhook(webhook: WebhookRecord): Promise<void>;
  /** Its deliveries go with it. */
  deleteWebhook(id: string): Promise<void>;
  /** The newest event of the audit log before this commit; 0: there is none. */
  auditSequence(): Promise<number>;
  /** Those of the organization; null: those of none. */
  countWebhooks(organizationId: string | null): Promise<number>;

  /** Keys that are not finally revoked and, where `liveAt` is given, not expired then. */
  countKeys(filter: CountFilter): Promise<number>;
  /** What the API's keys that are not finally revoked hold, each with who holds it. */
  holdings(apiId: string): Promise<Holdings>;

  /** The one with one of these ids, if it was created after that moment. */
  findAnswer(ids: readonly string[], createdAfter: number): Promise<IdempotentAnswer | null>;
  /** Takes the place of one created up to that moment. False, and nothing written: a younger one has the id. */
  insertAnswer(answer: IdempotentAnswer, replaceUpTo: number): Promise<boolean>;

  insertUser(user: NewUser): Promise<void>;
  hasUsers(): Promise<boolean>;
  getUser(id: string): Promise<UserRecord | null>;
  findUserByEmail(email: string): Promise<UserRecord | null>;
  setOperator(userId: string, operator: boolean): Promise<void>;
  countOperators(): Promise<number>;
  renameUser(userId: string, name: string): Promise<void>;
  noteSignIn(userId: string, at: number): Promise<void>;
  /** Makes somebody a member, or gives them another role. */
  putMember(member: MemberRecord): Promise<void>;
  getMember(organizationId: string, userId: string): Promise<MemberRecord | null>;
  deleteMember(organizationId: string, userId: string): Promise<void>;
  countMembers(organizationId: string, role: MemberRole): Promise<number>;

  /** New, or in the place of the one with its id. */
  putInvitation(invitation: InvitationRecord): Promise<void>;
  getInvitation(id: string): Promise<InvitationRecord | null>;
  getInvitationOf(organizationId: string, email: string): Promise<InvitationRecord | null>;
  deleteInvitation(id: string): Promise<void>;
  countInvitations(organizationId: string): Promise<number>;

  insertRecovery(grant: RecoveryGrant): Promise<void>;
  /** Of a user, the latest first. */
  listRecoveries(userId: string): Promise<RecoveryGrant[]>;
  /** Uses it up. Null: there is none with this token, or its time is over. */
  takeRecovery(tokenHash: string, nowMs: number): Promise<RecoveryGrant | null>;
  /** By this way, or all of them. */
  deleteRecoveries(userId: string, via?: RecoveryGrant['via']): Promise<void>;
  /** Gives somebody another password and ends their sessions; the second factor goes, if it is to. */
  recoverUser(userId: string, passwordHash: string, removesSecondFactor: boolean): Promise<void>;

  /** Uses it up. False: it is not the one there is, or its time is over. */
  takeSetUpGrant(tokenHash: string, nowMs: number): Promise<boolean>;

  /** Notes that the secret was reported. False, and nothing written: it was, after that moment. Goes with its secret. */
  noteLeak(report: LeakReport, at: number, unlessAfter: number): Promise<boolean>;
}

export const leakReporters = ['github', 'anyone'] as const;

export interface LeakReport {
  readonly secretId: string;
  /** Proven by a signature, or said by anyone. */
  readonly reporter: (typeof leakReporters)[number];
}

export interface NewKey {
  readonly key: KeyRecord;
  readonly secrets: readonly SecretRecord[];
  readonly credits: CreditsRecord | null;
}

export type LockMode = 'read' | 'write';

export interface CountFilter {
  readonly apiId?: string;
  readonly organizationId?: string;
  readonly liveAt?: number;
  /** Count the finally revoked ones too. */
  readonly withRevoked?: boolean;
}

export interface Holdings {
  readonly permissions: ReadonlyMap<string, Holders>;
  readonly presets: ReadonlyMap<string, Holders>;
  readonly kinds: ReadonlyMap<string, Holders>;
  readonly environments: ReadonlyMap<string, Holders>;
  /** Types of resource that keys are scoped to. */
  readonly resourceTypes: ReadonlyMap<string, Holders>;
  /** Permissions that publishable keys hold. A pair keeps those its public half loses. */
  readonly published: ReadonlyMap<string, Holders>;
}

export interface Holders {
  readonly count: number;
  /** Some of them, by id; few. */
  readonly examples: readonly string[];
}

export const MAX_EXAMPLES = 5;
