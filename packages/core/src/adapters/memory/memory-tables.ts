import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  OrganizationRecord,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type {
  InvitationRecord,
  MemberRecord,
  NewUser,
  RecoveryGrant,
  SetUpGrant,
} from '../../ports/account-store.ts';
import type { IdempotentAnswer } from '../../ports/idempotent-answers.ts';
import type { NetworkUse, OriginUse, PermissionUse, Probe } from '../../ports/insight-store.ts';
import type { DeliveryRecord, NoticeRecord } from '../../ports/notice-store.ts';
import type { UsageCount } from '../../ports/usage-store.ts';
import type { WebhookRecord } from '../../ports/webhook-store.ts';

/** Rows by id, to be read. A Map is one, and so is what a transaction sees. */
export interface Rows<Row> {
  get(id: string): Row | undefined;
  values(): Iterable<Row>;
}

/** Writes that are not committed yet, over the rows that are: reads see both, and dropping it undoes them. */
export class StagedRows<Row> implements Rows<Row> {
  readonly #committed: Map<string, Row>;
  /** Null: deleted. */
  readonly #written = new Map<string, Row | null>();

  constructor(committed: Map<string, Row>) {
    this.#committed = committed;
  }

  get(id: string): Row | undefined {
    const written = this.#written.get(id);
    return written === undefined ? this.#committed.get(id) : (written ?? undefined);
  }

  *values(): Generator<Row> {
    for (const [, row] of this.entries()) yield row;
  }

  *entries(): Generator<[string, Row]> {
    for (const [id, row] of this.#committed) {
      if (!this.#written.has(id)) yield [id, row];
    }
    for (const [id, row] of this.#written) {
      if (row !== null) yield [id, row];
    }
  }

  set(id: string, row: Row): void {
    this.#written.set(id, row);
  }

  delete(id: string): void {
    this.#written.set(id, null);
  }

  apply(): void {
    for (const [id, row] of this.#written) {
      if (row === null) this.#committed.delete(id);
      else this.#committed.set(id, row);
    }
  }
}

export interface StoredDelivery extends DeliveryRecord {
  readonly claimedUntil: number | null;
}

/** What is committed. */
export interface Tables {
  readonly apis: Map<string, ApiRecord>;
  readonly organizations: Map<string, OrganizationRecord>;
  readonly keys: Map<string, KeyRecord>;
  readonly secrets: Map<string, SecretRecord>;
  /** By key id. */
  readonly credits: Map<string, CreditsRecord>;
  /** By `resourcePath`. */
  readonly resources: Map<string, ResourceRecord>;
  /** When each key was last used, by its id. */
  readonly keyUses: Map<string, number>;
  readonly secretUses: Map<string, number>;
  readonly counts: Map<string, UsageCount>;
  readonly permissionUses: Map<string, PermissionUse>;
  readonly networkUses: Map<string, NetworkUse>;
  readonly originUses: Map<string, OriginUse>;
  readonly probes: Map<string, Probe>;
  readonly answers: Map<string, IdempotentAnswer>;
  /** When each secret was last reported, by its id and the reporter. */
  readonly leakReports: Map<string, number>;
  readonly webhooks: Map<string, WebhookRecord>;
  readonly notices: Map<string, NoticeRecord>;
  readonly deliveries: Map<string, StoredDelivery>;
  readonly users: Map<string, NewUser>;
  /** By `memberPath`. */
  readonly members: Map<string, MemberRecord>;
  readonly invitations: Map<string, InvitationRecord>;
  /** The one there is, under `SET_UP`. */
  readonly setUpGrants: Map<string, SetUpGrant>;
  /** By their tokens' hashes. */
  readonly recoveries: Map<string, RecoveryGrant>;
  /** Indexes. Digests are hex in them. */
  readonly keyIdsByPublicKey: Map<string, string>;
  readonly secretIdsByDigest: Map<string, string>;
  readonly secretIdsByKey: Map<string, readonly string[]>;
}

type RowOf<Table> = Table extends Map<string, infer Row> ? Row : never;

/** The tables as readers see them: committed, or from within a transaction. */
export type TablesView = { readonly [Name in keyof Tables]: Rows<RowOf<Tables[Name]>> };
export type StagedTables = { readonly [Name in keyof Tables]: StagedRows<RowOf<Tables[Name]>> };

export const SET_UP = 'one';

export const memberPath = ({
  organizationId,
  userId,
}: Pick<MemberRecord, 'organizationId' | 'userId'>): string => `${organizationId}/${userId}`;

export function newTables(): Tables {
  return {
    apis: new Map(),
    organizations: new Map(),
    keys: new Map(),
    secrets: new Map(),
    credits: new Map(),
    resources: new Map(),
    keyUses: new Map(),
    secretUses: new Map(),
    counts: new Map(),
    permissionUses: new Map(),
    networkUses: new Map(),
    originUses: new Map(),
    probes: new Map(),
    answers: new Map(),
    leakReports: new Map(),
    webhooks: new Map(),
    notices: new Map(),
    deliveries: new Map(),
    users: new Map(),
    members: new Map(),
    invitations: new Map(),
    setUpGrants: new Map(),
    recoveries: new Map(),
    keyIdsByPublicKey: new Map(),
    secretIdsByDigest: new Map(),
    secretIdsByKey: new Map(),
  };
}

export function stage(tables: Tables): StagedTables {
  // Each under its own name, which the types of entries() and fromEntries() cannot tell.
  const staged = Object.entries(tables).map(([name, rows]) => [name, new StagedRows(rows)]);
  return Object.fromEntries(staged) as StagedTables;
}

/** Makes the writes visible to everyone, all at the same moment: nothing in it waits. */
export function applyStaged(staged: StagedTables): void {
  for (const rows of Object.values(staged)) rows.apply();
}
