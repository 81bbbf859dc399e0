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
  const after = request.cursor === undefined ? null : decodeCursor(request.cursor, sorting);
  const rows = await read(after, request.limit + 1);
  const page = rows.slice(0, request.limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > page.length && last !== undefined ? encodeCursor(position(last), sorting) : null;
  return { data: page.map(present), nextCursor };
}

export function encodeCursor({ value, id }: PagePosition, { name }: Sorting): string {
  return Buffer.from(JSON.stringify([name, value, id])).toString('base64url');
}

/** Throws `InvalidRequestError` for what is not a cursor of this list in this order. */
export function decodeCursor(cursor: string, { name, by }: Sorting): PagePosition {
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
