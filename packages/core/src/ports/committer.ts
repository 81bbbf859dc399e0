import type { Change, ChangeScope } from './change-feed.ts';
import type {
  Actor,
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  SecretRecord,
} from './records.ts';

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
  readonly target: { readonly type: 'key' | 'organization' | 'api'; readonly id: string };
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

  putApi(api: ApiRecord): Promise<void>;
  deleteApi(id: string): Promise<void>;
  putOrganization(organization: OrganizationRecord): Promise<void>;
  deleteOrganization(id: string): Promise<void>;

  insertKey(key: KeyRecord): Promise<void>;
  updateKey(key: KeyRecord): Promise<void>;
  /** Its secrets go with it. */
  deleteKey(id: string): Promise<void>;
  insertSecret(secret: SecretRecord): Promise<void>;
  /** Changes `expiresAt` and `endedAt` only. */
  updateSecret(secret: SecretRecord): Promise<void>;
  deleteSecret(id: string): Promise<void>;
  /** The key's credits from now on; null: none. */
  putCredits(keyId: string, credits: CreditsRecord | null): Promise<void>;

  /** Keys that are not finally revoked and, where `liveAt` is given, not expired then. */
  countKeys(filter: CountFilter): Promise<number>;
  /** What the API's keys that are not finally revoked hold, each with who holds it. */
  holdings(apiId: string): Promise<Holdings>;
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
  /** Permissions that publishable keys hold, or pairs, whose public half grants them. */
  readonly published: ReadonlyMap<string, Holders>;
}

export interface Holders {
  readonly count: number;
  /** Some of them, by id; few. */
  readonly examples: readonly string[];
}

export const MAX_EXAMPLES = 5;
