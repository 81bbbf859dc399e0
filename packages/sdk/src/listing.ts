import type { List } from '@claviger/contract';
import type { Transport } from './transport.ts';

/**
 * A list that is read as far as it is used: awaited, it is its first page; iterated, all its entries, a
 * page at a time.
 *
 * @example
 * const { data, nextCursor } = await client.keys.list({ limit: 20 });
 * for await (const key of client.keys.list({ status: 'active' })) console.log(key.name);
 */
export class Listing<Item, Page extends List<Item> = List<Item>>
  implements AsyncIterable<Item>, PromiseLike<Page>
{
  readonly #read: (cursor: string | undefined) => Promise<Page>;

  constructor(read: (cursor: string | undefined) => Promise<Page>) {
    this.#read = read;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting a list for its first page is what it is for
  then<Done = Page, Failed = never>(
    done?: ((page: Page) => Done | PromiseLike<Done>) | null,
    failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    // oxlint-disable-next-line promise/no-callback-in-promise -- they are then()'s own
    return this.#read(undefined).then(done, failed);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page = await this.#read(cursor);
      yield* page.data;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
}

/** The parameters of a list. A number may be given as one, though it travels as text. */
export type Query<
  Schema extends {
    readonly shape: Readonly<Record<string, { readonly _zod: { readonly input: unknown } }>>;
  },
> = {
  readonly [Name in keyof Schema['shape']]?: Name extends 'limit'
    ? number
    : Schema['shape'][Name]['_zod']['input'];
};

export function listing<Item, Page extends List<Item> = List<Item>>(
  transport: Transport,
  path: string,
  query: Readonly<Record<string, unknown>>,
): Listing<Item, Page> {
  return new Listing((cursor) => {
    const page = cursor === undefined ? query : { ...query, cursor };
    return transport.send<Page>({ method: 'GET', path, query: page });
  });
}
