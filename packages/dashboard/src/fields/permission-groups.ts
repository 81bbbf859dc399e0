import type { Api } from '@claviger/contract';
import { fieldTexts } from '../texts/fields.ts';

type Permission = Api['permissions'][number];

export interface PermissionGroup {
  readonly title: string;
  readonly members: readonly Permission[];
}

const { read, write, other } = fieldTexts.permissions;

/** From this many on, "read" and "write" would be long lists without order. */
const MANY = 25;

/** In the order of the catalog: by what they reach where there are many, else by access. `all`: also those not shown. */
export function groupsOf(
  shown: readonly Permission[],
  all: readonly Permission[],
): PermissionGroup[] {
  const groups = new Map<string, Permission[]>();
  const titleOf = all.length < MANY ? byAccess : byPrefix(all);
  for (const permission of shown) {
    const title = titleOf(permission);
    groups.set(title, [...(groups.get(title) ?? []), permission]);
  }
  return [...groups]
    .map(([title, members]) => ({ title, members }))
    .toSorted((a, b) => rankOf(a.title) - rankOf(b.title));
}

/** What reads first, what has no group last; the rest as the catalog has it. */
function rankOf(title: string): number {
  if (title === read) return 0;
  return title === write || title === other ? 2 : 1;
}

const byAccess = ({ access }: Permission): string => (access === 'read' ? read : write);

/** `invoices` of `invoices:read`; what shares its prefix with nothing is put together at the end. */
function byPrefix(all: readonly Permission[]): (permission: Permission) => string {
  const sizes = new Map<string, number>();
  for (const { id } of all) sizes.set(prefixOf(id), (sizes.get(prefixOf(id)) ?? 0) + 1);
  // One group is none.
  if (sizes.size < 2) return byAccess;
  return ({ id }) => ((sizes.get(prefixOf(id)) ?? 0) > 1 ? prefixOf(id) : other);
}

/** Up to `:`, `.` or `/`, where it has one; up to `_` or `-` otherwise. */
const prefixOf = (id: string): string =>
  /^[^:./]+(?=[:./])/.exec(id)?.[0] ?? /^[^_-]+/.exec(id)?.[0] ?? id;
