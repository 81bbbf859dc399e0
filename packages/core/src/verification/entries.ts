import type { Access, KeyKind, KeyRateLimit, ResourceScope } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import type { LimitAsk } from '../ports/rate-limiter.ts';
import type { FoundSecret } from '../ports/key-store.ts';
import type { ApiRecord, KeyRecord, OrganizationRecord } from '../ports/records.ts';
import { compileAddresses, type AddressMatcher } from './addresses.ts';
import { apiLimit, byAccess, keyLimit, type LimitsByAccess } from './applied-limit.ts';
import { resolveGrants } from './grants.ts';
import { compileOrigins, type OriginMatcher } from './origins.ts';

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
  readonly publishable: ReadonlySet<string>;
  readonly accessOf: ReadonlyMap<string, Access>;
  readonly resourceTypes: ReadonlySet<string>;
  /** Those of its definition, for keys without limits of their own. */
  readonly limits: LimitsByAccess;
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
  /** Those of them that a public half grants alone. */
  readonly publishable: readonly string[];
}

/** What few keys have. Those that have none of it share one object. */
export interface KeyRules {
  readonly publicKey: string | null;
  /** Null: none, which is nowhere. */
  readonly origins: OriginMatcher | null;
  /** Null: not restricted. */
  readonly addresses: AddressMatcher | null;
  /** Null: not restricted. */
  readonly resources: ResourceScope | null;
  /** Its own. */
  readonly rateLimits: readonly KeyRateLimit[];
  /** Those and its API's; null before they were asked for. */
  limits: MergedLimits | null;
  readonly metered: boolean;
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly metadata: KeyRecord['metadata'];
}

interface MergedLimits {
  readonly api: ApiEntry;
  readonly limits: LimitsByAccess;
}

export interface KeyEntry {
  live: boolean;
  api: ApiEntry;
  organization: OrganizationEntry;
  readonly id: string;
  readonly name: string;
  readonly claim: Claim;
  readonly rules: KeyRules;
  /** Of the last verification that took limits: the next one most often asks the same. */
  asked: AskedLimits | null;
}

export interface AskedLimits {
  readonly api: ApiEntry;
  /** Null: none, or several. */
  readonly permission: string | null;
  readonly cost: number;
  readonly asks: readonly LimitAsk[];
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
  /** The chunk of the log that holds it among its subjects, by number, and at which place; 0: none. */
  loggedIn: number;
  loggedAs: number;
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
  origins: null,
  addresses: null,
  resources: null,
  rateLimits: [],
  limits: null,
  metered: false,
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
    publishable: new Set(
      definition.permissions.filter(({ publishable }) => publishable).map(({ id: held }) => held),
    ),
    resourceTypes: new Set(definition.resourceTypes.map((type) => type.id)),
    accessOf: new Map(
      definition.permissions.map((permission) => [permission.id, permission.access]),
    ),
    limits: byAccess(definition.rateLimits.map((limit) => apiLimit(id, limit))),
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
    loggedIn: 0,
    loggedAs: 0,
    key: {
      live: true,
      api,
      organization,
      id: key.id,
      name: key.name,
      claim,
      rules: rulesOf(key),
      asked: null,
    },
  };
}

export function claimOf({ permissions, preset, environment, kind, state }: KeyRecord): Claim {
  return { permissions, preset, environment, kind, state, grants: null };
}

function rulesOf(key: KeyRecord): KeyRules {
  const { publicKey, allowedOrigins, allowedIps, resources, rateLimits, metered } = key;
  const { notBefore, expiresAt, metadata } = key;
  const isScoped = Object.keys(resources).length > 0;
  const isDescribed = Object.keys(metadata).length > 0;
  const restricted = isScoped || allowedIps.length > 0 || rateLimits.length > 0 || metered;
  const timed = notBefore !== null || expiresAt !== null;
  if (!restricted && !timed && !isDescribed && publicKey === null) return NO_RULES;
  return {
    publicKey,
    origins: allowedOrigins.length === 0 ? null : compileOrigins(allowedOrigins),
    addresses: allowedIps.length === 0 ? null : compileAddresses(allowedIps),
    resources: isScoped ? resources : null,
    rateLimits,
    limits: null,
    metered,
    notBefore,
    expiresAt,
    metadata: isDescribed ? metadata : NOTHING,
  };
}

/** The permissions the key holds under its API as it stands. */
export function grantsOf({ api, claim }: KeyEntry): readonly string[] {
  const known = claim.grants;
  return known !== null && known.api === api ? known.permissions : resolve(api, claim).permissions;
}

/** What was presented grants: a public half, only what may be public. */
export function grantsOfSecret({ type, key }: SecretEntry): readonly string[] {
  if (type === 'secret') return grantsOf(key);
  const known = key.claim.grants;
  return (known?.api === key.api ? known : resolve(key.api, key.claim)).publishable;
}

function resolve(api: ApiEntry, claim: Claim): Grants {
  const permissions = resolveGrants(api.definition, claim.permissions, claim.preset);
  const publishable = permissions.filter((id) => api.publishable.has(id));
  return (claim.grants = { api, permissions, publishable });
}

/** The limits of the key: its API's, each replaced by its own of the same name, and its own others. */
export function limitsOf({ api, rules }: KeyEntry): LimitsByAccess {
  if (rules.rateLimits.length === 0) return api.limits;
  if (rules.limits?.api === api) return rules.limits.limits;
  const own = rules.rateLimits.map(keyLimit);
  const names = new Set(own.map(({ name }) => name));
  const others = api.limits.all.filter(
    ({ name, scope }) => scope === 'organization' || !names.has(name),
  );
  rules.limits = { api, limits: byAccess([...own, ...others]) };
  return rules.limits.limits;
}

export function apiNotFound(apiId: string): RefusedError {
  return new RefusedError(
    'API_NOT_FOUND',
    `There is no API "${apiId}" here. Define it with PUT /v1/apis/${apiId}, or correct "apiId".`,
  );
}
