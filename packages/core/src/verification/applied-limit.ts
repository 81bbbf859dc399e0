import type { Access, ApiRateLimit, KeyRateLimit } from '@claviger/contract';

/** A limit as verifications count under it. */
export interface AppliedLimit {
  readonly name: string;
  /** Names the counter of its owner. A limit of an organization names its API too, which "/" keeps apart from any name. */
  readonly counter: string;
  /** Whose it is: each key's own, or shared by the keys of an organization. */
  readonly scope: 'key' | 'organization';
  readonly limit: number;
  readonly windowSeconds: number;
  /** Null: it counts every verification. */
  readonly access: Access | null;
}

export function apiLimit(apiId: string, defined: ApiRateLimit): AppliedLimit {
  const { name, limit, windowSeconds, scope } = defined;
  const counter = scope === 'organization' ? `${apiId}/${name}` : name;
  return { name, counter, scope, limit, windowSeconds, access: defined.access ?? null };
}

export function keyLimit({ name, limit, windowSeconds, access }: KeyRateLimit): AppliedLimit {
  return { name, counter: name, scope: 'key', limit, windowSeconds, access: access ?? null };
}

/** Limits sorted out beforehand by the verifications that they count. */
export interface LimitsByAccess {
  readonly all: readonly AppliedLimit[];
  readonly read: readonly AppliedLimit[];
  readonly write: readonly AppliedLimit[];
}

export function byAccess(all: readonly AppliedLimit[]): LimitsByAccess {
  const counting = (asked: Access) =>
    all.filter(({ access }) => access === null || access === asked);
  return { all, read: counting('read'), write: counting('write') };
}
