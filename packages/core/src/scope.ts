import { ROOT_API_ID } from '@claviger/contract';
import { RefusedError } from './errors.ts';
import type { MemberRecord } from './ports/account-store.ts';
import type { Restriction } from './ports/key-store.ts';
import type { Actor } from './ports/records.ts';

/** Where a caller may look and act. The one place in which tenancy is decided. */
export interface Scope {
  readonly apis: Restriction;
  readonly organizations: Restriction;
  readonly environments: Restriction;
  /**
   * People: only keys that belong to one of them, and what is on record of those. Whatever else belongs to nobody,
   * such as an entry of the log about no key, lies outside.
   */
  readonly owners: Restriction;
}

export const EVERYWHERE: Scope = {
  apis: null,
  organizations: null,
  environments: null,
  owners: null,
};

/** On whose behalf a command runs: who it is, what it holds, where it may act, and where the request came from. */
export interface Caller {
  readonly actor: Actor;
  readonly permissions: readonly string[];
  readonly scope: Scope;
  readonly ip: string | null;
  readonly requestId: string | null;
}

export type Unfilled<Members> = { readonly [Name in keyof Members]?: Members[Name] | undefined };

/** Null, as left out: it is not known. */
type KnownPlace = { readonly [Name in keyof Place]?: string | null };

interface Place {
  readonly apiId?: string;
  readonly organizationId?: string;
  readonly environment?: string;
  /** Null: nobody's. */
  readonly ownerId?: string | null;
}

export const allows = (restriction: Restriction, id: string): boolean =>
  restriction === null || restriction.includes(id);

const allowsKnown = (restriction: Restriction, id: string | null | undefined) =>
  id === undefined || restriction === null || (id !== null && restriction.includes(id));

/** Whether the place lies within the scope. What the place leaves out is not checked. */
export function covers(scope: Scope, place: Place): boolean {
  return (
    scope === EVERYWHERE ||
    (allowsKnown(scope.apis, place.apiId) &&
      allowsKnown(scope.organizations, place.organizationId) &&
      allowsKnown(scope.environments, place.environment) &&
      allowsKnown(scope.owners, place.ownerId))
  );
}

/** Whether the place is known to lie within the scope: what it leaves out lies outside of what is restricted. */
export function liesWithin(scope: Scope, place: KnownPlace): boolean {
  const inside = (restriction: Restriction, id: string | null | undefined) =>
    restriction === null || (typeof id === 'string' && restriction.includes(id));
  return (
    inside(scope.apis, place.apiId) &&
    inside(scope.organizations, place.organizationId) &&
    inside(scope.environments, place.environment) &&
    inside(scope.owners, place.ownerId)
  );
}

/**
 * Where a caller may look for the records of a key: its log, its counts, its history. They belong to no person
 * themselves, but to whom the key belongs. Whoever uses this has to ask for the records of that key alone.
 * `key`: null: there is none.
 */
export function scopeOfRecords(scope: Scope, key: Required<Place> | null): Scope {
  if (scope.owners === null || key === null || !covers(scope, key)) return scope;
  return { ...scope, owners: null };
}

/** What is asked for of records that belong to no person, within where the caller may look. */
export function narrowed(scope: Scope, wanted: Unfilled<Place>): Narrowed {
  const { apiIds, organizationIds, environments } = narrowedKeys(scope, wanted);
  return { apiIds: scope.owners === null ? apiIds : [], organizationIds, environments };
}

/** What is asked for of keys, within where the caller may look. */
export function narrowedKeys(
  scope: Scope,
  { apiId, organizationId, environment, ownerId }: Unfilled<Place>,
): NarrowedKeys {
  const only = (id: string | null | undefined): Restriction =>
    id === undefined || id === null ? null : [id];
  return {
    apiIds: intersect(scope.apis, only(apiId)),
    organizationIds: intersect(scope.organizations, only(organizationId)),
    environments: intersect(scope.environments, only(environment)),
    ownerIds: intersect(scope.owners, only(ownerId)),
  };
}

interface Narrowed {
  readonly apiIds: Restriction;
  readonly organizationIds: Restriction;
  readonly environments: Restriction;
}

interface NarrowedKeys extends Narrowed {
  readonly ownerIds: Restriction;
}

/** The restriction that both express. */
export function intersect(a: Restriction, b: Restriction): Restriction {
  if (a === null) return b;
  if (b === null) return a;
  return a.filter((id) => b.includes(id));
}

/** A root key is bound by its resource scope, under the types that the built-in API declares. */
export function scopeOfRootKey(resources: Readonly<Record<string, readonly string[]>>): Scope {
  return {
    apis: resources['api'] ?? null,
    organizations: resources['organization'] ?? null,
    environments: resources['environment'] ?? null,
    owners: null,
  };
}

/** A member acts in one organization; a developer there on their own keys alone. */
export function scopeOfMember({ organizationId, userId, role }: MemberRecord): Scope {
  const owners = role === 'developer' ? [userId] : null;
  return { ...EVERYWHERE, organizations: [organizationId], owners };
}

const within = (inner: Restriction, outer: Restriction) =>
  outer === null || (inner !== null && inner.every((id) => outer.includes(id)));

/** Whether all that the inner scope reaches lies within the outer one. */
export function encloses(outer: Scope, inner: Scope): boolean {
  return (
    within(inner.apis, outer.apis) &&
    within(inner.organizations, outer.organizations) &&
    within(inner.environments, outer.environments) &&
    within(inner.owners, outer.owners)
  );
}

interface Rights {
  readonly apiId: string;
  readonly permissions: readonly string[];
  readonly resources: Readonly<Record<string, readonly string[]>>;
}

/**
 * The privilege ceiling: a root key is granted, changed or given a new secret only by one that holds at
 * least its rights; otherwise rotating a stronger key would be a way to become it.
 * Throws `RefusedError` BEYOND_OWN_RIGHTS.
 */
export function assertWithinOwnRights(caller: Caller, rights: Rights): void {
  if (rights.apiId !== ROOT_API_ID) return;
  const missing = rights.permissions.filter((id) => !caller.permissions.includes(id));
  if (missing.length > 0) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      `This root key holds ${missing.join(', ')}, which the presented key does not. Use a root key that holds them.`,
    );
  }
  if (!encloses(caller.scope, scopeOfRootKey(rights.resources))) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      'This root key reaches further than the presented key. Bind it in "resources" to what the presented key is bound to.',
    );
  }
}
