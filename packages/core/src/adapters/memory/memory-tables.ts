import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  OrganizationRecord,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type { IdempotentAnswer } from '../../ports/idempotent-answers.ts';
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
    for (const [id, row] of this.#committed) {
      if (!this.#written.has(id)) yield row;
    }
    for (const row of this.#written.values()) {
      if (row !== null) yield row;
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
  readonly answers: Map<string, IdempotentAnswer>;
  readonly webhooks: Map<string, WebhookRecord>;
  readonly notices: Map<string, NoticeRecord>;
  readonly deliveries: Map<string, StoredDelivery>;
  /** Indexes. Digests are hex in them. */
  readonly keyIdsByPublicKey: Map<string, string>;
  readonly secretIdsByDigest: Map<string, string>;
  readonly secretIdsByKey: Map<string, readonly string[]>;
}

type RowOf<Table> = Table extends Map<string, infer Row> ? Row : never;

/** The tables as readers see them: committed, or from within a transaction. */
export type TablesView = { readonly [Name in keyof Tables]: Rows<RowOf<Tables[Name]>> };
export type StagedTables = { readonly [Name in keyof Tables]: StagedRows<RowOf<Tables[Name]>> };

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
    answers: new Map(),
    webhooks: new Map(),
    notices: new Map(),
    deliveries: new Map(),
    keyIdsByPublicKey: new Map(),
    secretIdsByDigest: new Map(),
    secretIdsByKey: new Map(),
  };
}

export function stage(tables: Tables): StagedTables {
  return {
    apis: new StagedRows(tables.apis),
    organizations: new StagedRows(tables.organizations),
    keys: new StagedRows(tables.keys),
    secrets: new StagedRows(tables.secrets),
    credits: new StagedRows(tables.credits),
    resources: new StagedRows(tables.resources),
    keyUses: new StagedRows(tables.keyUses),
    secretUses: new StagedRows(tables.secretUses),
    counts: new StagedRows(tables.counts),
    answers: new StagedRows(tables.answers),
    webhooks: new StagedRows(tables.webhooks),
    notices: new StagedRows(tables.notices),
    deliveries: new StagedRows(tables.deliveries),
    keyIdsByPublicKey: new StagedRows(tables.keyIdsByPublicKey),
    secretIdsByDigest: new StagedRows(tables.secretIdsByDigest),
    secretIdsByKey: new StagedRows(tables.secretIdsByKey),
  };
}

/** Makes the writes visible to everyone, all at the same moment: nothing in it waits. */
export function applyStaged(staged: StagedTables): void {
  for (const rows of Object.values(staged)) rows.apply();
}
