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
}

export interface OrganizationEntry {
  live: boolean;
  readonly id: string;
  readonly suspended: boolean;
}

/** What many keys of an API have in common. Those that agree in it share one object. */
export interface Claim {
  readonly permissions: readonly string[];
  readonly preset: string | null;
  readonly environment: string;
  readonly kind: KeyKind;
  readonly state: KeyRecord['state'];
  /** What it comes to under the API's definition; null before it was asked for. */
  grants: Grants | null;
}

interface Grants {
  readonly api: ApiEntry;
  readonly permissions: readonly string[];
}

/** What few keys have. Those that have none of it share one object. */
export interface KeyRules {
  readonly publicKey: string | null;
  /** Null: not restricted. */
  readonly resources: ResourceScope | null;
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly metadata: KeyRecord['metadata'];
}

export interface KeyEntry {
  live: boolean;
  api: ApiEntry;
  organization: OrganizationEntry;
  readonly id: string;
  readonly name: string;
  readonly claim: Claim;
  readonly rules: KeyRules;
}

export interface SecretEntry {
  readonly tokenHash: string;
  readonly id: string;
  readonly type: 'secret' | 'public';
  readonly key: KeyEntry;
  /** The end of its overlap; `ENDED` when it was ended before. */
  readonly expiresAt: number | null;
  /** Given a second chance when room is made. */
  used: boolean;
  /** What is recorded of it and not yet written. */
  uses: PendingUses | null;
}

/** Decisions about one secret within one hour. */
export interface PendingUses {
  readonly secret: SecretEntry;
  /** The start of the hour. */
  readonly hour: number;
  lastUsedAt: number;
  valid: number;
  /** By position in `verificationCodes`; null while none was refused. */
  refused: number[] | null;
}

/** No time is that early. */
export const ENDED = Number.NEGATIVE_INFINITY;

const NOTHING = Object.freeze({});

const NO_RULES: KeyRules = {
  publicKey: null,
  resources: null,
  notBefore: null,
  expiresAt: null,
  metadata: NOTHING,
};

export function newApiEntry({ id, definition }: ApiRecord): ApiEntry {
  return {
    live: true,
    id,
    definition,
    legacyFormats: definition.legacyFormats.map((pattern) => new RegExp(pattern)),
  };
}

export function newOrganizationEntry({ id, suspended }: OrganizationRecord): OrganizationEntry {
  return { live: true, id, suspended };
}

/** `claim`: the key's, as `claimOf` makes it, or an equal one that other keys have. */
export function newSecretEntry(
  tokenHash: string,
  { secret, key }: FoundSecret,
  api: ApiEntry,
  organization: OrganizationEntry,
  claim: Claim,
): SecretEntry {
  return {
    tokenHash,
    id: secret.id,
    type: secret.type,
    expiresAt: secret.endedAt === null ? secret.expiresAt : ENDED,
    used: false,
    uses: null,
    key: {
      live: true,
      api,
      organization,
      id: key.id,
      name: key.name,
      claim,
      rules: rulesOf(key),
    },
  };
}

export function claimOf({ permissions, preset, environment, kind, state }: KeyRecord): Claim {
  return { permissions, preset, environment, kind, state, grants: null };
}

function rulesOf({ publicKey, resources, notBefore, expiresAt, metadata }: KeyRecord): KeyRules {
  const isScoped = Object.keys(resources).length > 0;
  const isDescribed = Object.keys(metadata).length > 0;
  if (!isScoped && !isDescribed && publicKey === null && notBefore === null && expiresAt === null) {
    return NO_RULES;
  }
  return {
    publicKey,
    resources: isScoped ? resources : null,
    notBefore,
    expiresAt,
    metadata: isDescribed ? metadata : NOTHING,
  };
}

/** The permissions the key holds under its API as it stands. */
export function grantsOf({ api, claim }: KeyEntry): readonly string[] {
  const known = claim.grants;
  if (known !== null && known.api === api) return known.permissions;
  const permissions = resolveGrants(api.definition, claim.permissions, claim.preset);
  claim.grants = { api, permissions };
  return permissions;
}

export function apiNotFound(apiId: string): RefusedError {
  return new RefusedError(
    'API_NOT_FOUND',
    `There is no API "${apiId}" here. Define it with PUT /v1/apis/${apiId}, or correct "apiId".`,
  );
}
