import type { KeySort, KeyStatus, KeyKind } from '@claviger/contract';
import type {
  ApiRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  SecretRecord,
} from './records.ts';

/**
 * The truth about APIs, organizations and keys. Every method rejects with `StorageError` when the
 * database cannot be reached, read or written; nothing is half-written then.
 */
export interface KeyStore {
  /** The secret stored under one of these digests, with its key. At most one row can match. */
  findSecret(digests: readonly Buffer[]): Promise<FoundSecret | null>;

  getApi(id: string): Promise<ApiRecord | null>;
  getOrganization(id: string): Promise<OrganizationRecord | null>;
  getKey(id: string): Promise<KeyWithSecrets | null>;

  /** Newest first, at most `limit`. */
  listApis(query: ListApisQuery): Promise<ApiRecord[]>;
  listOrganizations(query: ListOrganizationsQuery): Promise<OrganizationRecord[]>;
  listKeys(query: ListKeysQuery): Promise<KeyWithSecrets[]>;
  /** How many keys match; `limit` where there are as many or more. */
  countKeys(query: CountKeysQuery): Promise<number>;
}

export interface FoundSecret {
  readonly secret: SecretRecord;
  readonly key: KeyRecord;
}

/** Where a page begins: after the row with this sort value and id. */
export interface PagePosition {
  readonly value: string | number;
  readonly id: string;
}

/** Null: everywhere. A list, even an empty one: only these. */
export type Restriction = readonly string[] | null;

export interface ListApisQuery {
  readonly ids: Restriction;
  readonly after: PagePosition | null;
  readonly limit: number;
}

export interface ListOrganizationsQuery extends ListApisQuery {
  /** Part of name or id, ASCII case ignored. */
  readonly text: string | null;
}

export interface KeyFilter {
  readonly apiIds: Restriction;
  readonly organizationIds: Restriction;
  readonly environments: Restriction;
  readonly status: KeyStatus | null;
  readonly kind: KeyKind | null;
  /** Keys with the permission by name, or with one of these presets of their API. */
  readonly permission: { readonly id: string; readonly presets: readonly PresetOfApi[] } | null;
  readonly resource: { readonly type: string; readonly id: string } | null;
  readonly ownerIds: Restriction;
  readonly replacesKeyId: string | null;
  readonly ids: Restriction;
  /** Part of name, description, id, public key or hint, ASCII case ignored. */
  readonly text: string | null;
  readonly lastUsedBefore: number | null;
  readonly createdBefore: number | null;
  /** At that moment or later; no expiry is not. */
  readonly expiresAfter: number | null;
  readonly expiresBefore: number | null;
  /** Top-level metadata entries whose value, as text, equals this. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PresetOfApi {
  readonly apiId: string;
  readonly preset: string;
}

export interface CountKeysQuery {
  readonly filter: KeyFilter;
  readonly limit: number;
  /** For `status`. */
  readonly nowMs: number;
}

export interface ListKeysQuery {
  readonly filter: KeyFilter;
  readonly sort: KeySort;
  readonly order: 'asc' | 'desc';
  readonly after: PagePosition | null;
  readonly limit: number;
  /** For `status`. */
  readonly nowMs: number;
}

/** Stands in the place of a missing time when keys are sorted: never used is oldest, no expiry is last. */
export const NEVER_USED = 0;
export const NO_EXPIRY = Number.MAX_SAFE_INTEGER;
