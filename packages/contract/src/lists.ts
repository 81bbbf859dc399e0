import { z } from 'zod';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({
    description: 'Entries on a page',
  }),
  cursor: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: '`nextCursor` of the page before' }),
};

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'null on the last page' }),
  });

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** For `refine`, wherever there is a `from` and a `to`: a span the wrong way round would find nothing without a word. */
export const isOrdered = ({ from, to }: Span): boolean =>
  from === undefined || to === undefined || Date.parse(from) < Date.parse(to);
export const ordered = { path: ['to'], message: 'must be later than "from"' };

/** How an export writes its entries. */
export const exportQuery = {
  format: z.enum(['ndjson', 'csv']).default('ndjson').meta({
    description:
      'ndjson: one JSON object a line. csv: RFC 4180 with a line of names first; lists and objects as JSON',
  }),
};

export interface List<Item> {
  readonly data: Item[];
  readonly nextCursor: string | null;
}
