/** One difference between what is there and what is to be. */
export interface Difference {
  readonly change: 'added' | 'changed' | 'removed';
  /** `permissions[agent_jobs_read].name` */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Field by field, down to single values. Entries with an `id`, or else a `name`, are compared with their
 * namesakes, lists of plain values as sets; where only the order differs, that is a change of its own.
 */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isSame(before, after)) return [];
  if (isEmpty(before) && isEmpty(after)) return [];
  // A list that comes or goes is said entry by entry.
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before)) {
    return listDifferences(asList(before), asList(after), path);
  }
  if (before === undefined) return [{ change: 'added', path, after }];
  if (after === undefined) return [{ change: 'removed', path, before }];
  if (isRecord(before) && isRecord(after)) return memberDifferences(before, after, path);
  return [{ change: 'changed', path, before, after }];
}

type Members = Readonly<Record<string, unknown>>;

function memberDifferences(before: Members, after: Members, path: string): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
  );
}

function listDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): Difference[] {
  const [old, current] = [byName(before), byName(after)];
  const names = new Set([...old.keys(), ...current.keys()]);
  const entries = [...names].flatMap((name) =>
    differences(old.get(name), current.get(name), `${path}[${name}]`),
  );
  const kept = (from: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) =>
    [...from.keys()].filter((name) => other.has(name));
  const [oldOrder, order] = [kept(old, current), kept(current, old)];
  if (isSame(oldOrder, order)) return entries;
  return [
    ...entries,
    { change: 'changed', path: `${path} (order)`, before: oldOrder, after: order },
  ];
}

const byName = (entries: readonly unknown[]): Map<string, unknown> =>
  new Map(entries.map((entry) => [nameOf(entry), entry]));

function nameOf(entry: unknown): string {
  const name = isRecord(entry) ? (entry['id'] ?? entry['name']) : undefined;
  return typeof name === 'string' ? name : textOf(entry);
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is not there, and what says that there is nothing. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** Whatever the order in which members are written. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, index) => isSame(entry, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const names = Object.keys({ ...a, ...b });
    return names.every((name) => isSame(a[name], b[name]));
  }
  return a === b;
}
