import type { Credits, KeyKind, KeyRateLimit, PutApi, ResourceScope } from '@claviger/contract';

/** The shapes the ports speak of. Times are milliseconds since 1970. */

export interface ApiRecord {
  readonly id: string;
  readonly definition: PutApi;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface OrganizationRecord {
  readonly id: string;
  readonly name: string;
  readonly suspended: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What keys are scoped to, by the platform's own names: a customer, a node. */
export interface ResourceId {
  readonly organizationId: string;
  readonly type: string;
  readonly id: string;
}

/** A resource that has a name for people. */
export interface ResourceRecord extends ResourceId {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Who did it. `system`: the program itself, at its first start or from the operator's command line. */
export interface Actor {
  readonly type: 'system' | 'rootKey' | 'user' | 'portal' | 'key';
  readonly id: string;
}

export interface KeyRecord {
  readonly id: string;
  readonly apiId: string;
  readonly organizationId: string;
  readonly environment: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly description: string | null;
  readonly hint: string;
  readonly publicKey: string | null;
  /** Granted by name; what the preset grants comes on top. */
  readonly permissions: readonly string[];
  readonly preset: string | null;
  /** In canonical form, as are the addresses. */
  readonly allowedOrigins: readonly string[];
  readonly allowedIps: readonly string[];
  readonly resources: ResourceScope;
  readonly rateLimits: readonly KeyRateLimit[];
  /** Whether it has credits, which have rows of their own: a verification never writes the key's. */
  readonly metered: boolean;
  readonly ownerId: string | null;
  readonly replacesKeyId: string | null;
  /** `revoked` is final. A reversible revocation is `disabled` with a `revokedAt`. */
  readonly state: 'enabled' | 'disabled' | 'revoked';
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedReason: string | null;
  readonly createdAt: number;
  readonly createdBy: Actor;
  readonly updatedAt: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface SecretRecord {
  readonly id: string;
  readonly keyId: string;
  /** `public`: the readable half of a pair, which is looked up like a secret and proves nothing. */
  readonly type: 'secret' | 'public';
  readonly digest: Buffer;
  readonly pepperVersion: number;
  readonly hint: string;
  readonly createdAt: number;
  /** The end of its overlap; null: as long as the key. */
  readonly expiresAt: number | null;
  /** Set when it was regenerated away or its overlap was ended early. Kept so that later use is attributed. */
  readonly endedAt: number | null;
}

/** What a key may still spend. */
export interface CreditsRecord {
  readonly remaining: number;
  readonly refill: Credits['refill'];
  /** When it was last set or refilled. */
  readonly refilledAt: number;
}

/** A key as it is read for people: with its secrets and when each was last used. */
export interface KeyWithSecrets {
  readonly key: KeyRecord;
  readonly secrets: readonly SecretRecord[];
  readonly lastUsedAt: number | null;
  readonly secretLastUsedAt: ReadonlyMap<string, number>;
  /** Null unless it is metered. */
  readonly credits: CreditsRecord | null;
}
