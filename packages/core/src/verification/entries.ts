import type { KeyKind, ResourceScope } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import type { FoundSecret } from '../ports/key-store.ts';
import type { ApiRecord, KeyRecord, OrganizationRecord } from '../ports/records.ts';
import { resolveGrants } from './grants.ts';

/**
 * What a decision needs to know, kept small: a million of these are held in memory. Keys,
 * organizations and APIs are entries of their own, joined when deciding, so that a change of one
 * forgets just that one. `live` turns false when a change evicts the entry; whoever still points to it
 * then knows to read again.
 */
export interface ApiEntry {
  live: boolean;
  readonly id: string;
  readonly definition: ApiRecord['definition'];
  readonly legacyFormats: readonly RegExp[];
  readonly grants: Map<Claim, readonly string[]>;
}

export interface OrganizationEntry {
  live: boolean;
  readonly id: string;
  readonly suspended: boolean;
}

/** What a key claims of its API's catalog. Keys with the same claim share one object. */
export interface Claim {
  readonly permissions: readonly string[];
  readonly preset: string | null;
}

export interface KeyEntry {
  live: boolean;
  api: ApiEntry;
  organization: OrganizationEntry;
  readonly id: string;
  readonly environment: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly state: KeyRecord['state'];
  readonly publicKey: string | null;
  readonly claim: Claim;
  /** Null: not restricted. */
  readonly resources: ResourceScope | null;
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly metadata: KeyRecord['metadata'];
}

export interface SecretEntry {
  readonly id: string;
  readonly type: 'secret' | 'public';
  readonly key: KeyEntry;
  readonly expiresAt: number | null;
  readonly ended: boolean;
  /** Given a second chance when room is made. */
  used: boolean;
}

const NOTHING = Object.freeze({});

export function newApiEntry({ id, definition }: ApiRecord): ApiEntry {
  return {
    live: true,
    id,
    definition,
    legacyFormats: definition.legacyFormats.map((pattern) => new RegExp(pattern)),
    grants: new Map(),
  };
}

export function newOrganizationEntry({ id, suspended }: OrganizationRecord): OrganizationEntry {
  return { live: true, id, suspended };
}

export function newSecretEntry(
  { secret, key }: FoundSecret,
  api: ApiEntry,
  organization: OrganizationEntry,
  claim: Claim,
): SecretEntry {
  const environments = api.definition.environments;
  return {
    id: secret.id,
    type: secret.type,
    expiresAt: secret.expiresAt,
    ended: secret.endedAt !== null,
    used: false,
    key: {
      live: true,
      api,
      organization,
      id: key.id,
      // The definition's own string rather than one more copy of it for each key.
      environment: environments[environments.indexOf(key.environment)] ?? key.environment,
      kind: key.kind,
      name: key.name,
      state: key.state,
      publicKey: key.publicKey,
      claim,
      resources: Object.keys(key.resources).length === 0 ? null : key.resources,
      notBefore: key.notBefore,
      expiresAt: key.expiresAt,
      metadata: Object.keys(key.metadata).length === 0 ? NOTHING : key.metadata,
    },
  };
}

/** Beyond this many different claims in one API, they are worked out each time. */
const MAX_GRANTS = 10_000;

/** The permissions the key holds under its API as it stands. */
export function grantsOf({ api, claim }: KeyEntry): readonly string[] {
  const known = api.grants.get(claim);
  if (known !== undefined) return known;
  const grants = resolveGrants(api.definition, claim.permissions, claim.preset);
  if (api.grants.size < MAX_GRANTS) api.grants.set(claim, grants);
  return grants;
}

export function apiNotFound(apiId: string): RefusedError {
  return new RefusedError(
    'API_NOT_FOUND',
    `There is no API "${apiId}" here. Define it with PUT /v1/apis/${apiId}, or correct "apiId".`,
  );
}
