import { isStorableText, type List } from '@claviger/contract';
import { InvalidRequestError } from './errors.ts';
import type { PagePosition } from './ports/key-store.ts';

interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How a list is sorted. A cursor belongs to one sorting and is refused by every other. */
export interface Sorting {
  readonly name: string;
  readonly by: 'string' | 'number';
}

/** Reads one row more than the page holds, to know whether there is a next one. */
export async function readPage<Row, Item>(
  request: PageRequest,
  sorting: Sorting,
  read: (after: PagePosition | null, limit: number) => Promise<Row[]>,
  position: (row: Row) => PagePosition,
  present: (row: Row) => Item,
): Promise<List<Item>> {
  const after = request.cursor === undefined ? null : positionOfCursor(request.cursor, sorting);
  const rows = await read(after, request.limit + 1);
  const page = rows.slice(0, request.limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > page.length && last !== undefined ? cursorOf(position(last), sorting) : null;
  return { data: page.map(present), nextCursor };
}

interface ListBothWays<Item> extends List<Item> {
  readonly previousCursor: string | null;
}

/**
 * As `readPage`, with the page before as well, so that whoever has gone on can go back by one page and not only to the first.
 * `read` reads in the other order, away from the position, where `isBack`.
 */
export async function readPageBothWays<Row, Item>(
  request: PageRequest,
  sorting: Sorting,
  read: (after: PagePosition | null, limit: number, isBack: boolean) => Promise<Row[]>,
  position: (row: Row) => PagePosition,
  present: (row: Row) => Item,
): Promise<ListBothWays<Item>> {
  const back = backwards(sorting);
  if (request.cursor === undefined || !isCursorOf(request.cursor, back)) {
    const forward = (after: PagePosition | null, limit: number) => read(after, limit, false);
    const rows: Row[] = [];
    const page = await readPage(request, sorting, forward, position, (row) => {
      rows.push(row);
      return present(row);
    });
    const [first] = rows;
    const hasBefore = request.cursor !== undefined && first !== undefined;
    return { ...page, previousCursor: hasBefore ? cursorOf(position(first), back) : null };
  }
  const from = positionOfCursor(request.cursor, back);
  const rows = await read(from, request.limit + 1, true);
  // Nothing stands before this page: the first one, then, and whole, although some may have left it meanwhile.
  if (rows.length <= request.limit) {
    return readPageBothWays({ limit: request.limit }, sorting, read, position, present);
  }
  const page = rows.slice(0, request.limit).toReversed();
  const [first, last] = [page[0], page.at(-1)];
  return {
    data: page.map(present),
    nextCursor: last === undefined ? null : cursorOf(position(last), sorting),
    previousCursor: first === undefined ? null : cursorOf(position(first), back),
  };
}

const backwards = ({ name, by }: Sorting): Sorting => ({ name: `${name} back`, by });

function isCursorOf(cursor: string, sorting: Sorting): boolean {
  try {
    positionOfCursor(cursor, sorting);
    return true;
  } catch {
    return false;
  }
}

/** The page that begins after a position. */
export function cursorOf({ value, id }: PagePosition, { name }: Sorting): string {
  return Buffer.from(JSON.stringify([name, value, id])).toString('base64url');
}

/** Throws `InvalidRequestError` for what is no cursor of the list in this sorting. */
export function positionOfCursor(cursor: string, { name, by }: Sorting): PagePosition {
  try {
    const parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const [of, value, id] = parsed;
    const sound = by === 'number' ? Number.isSafeInteger(value) : isText(value);
    if (of === name && sound && isText(id)) return { value: value as string | number, id };
  } catch {
    // not one of ours
  }
  throw new InvalidRequestError([
    {
      pointer: '/query/cursor',
      message:
        'is not a cursor of this list in this order; take nextCursor of the page before, unchanged',
    },
  ]);
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && isStorableText(value);
