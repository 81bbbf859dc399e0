import type { List, Listing } from '@claviger/sdk';
import { Option, type Command } from 'commander';
import { note, print, write } from './output.ts';
import { count } from './options.ts';
import { Table, type Column } from './text/table.ts';

export interface ListOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** The options that every list of the API takes. */
export function withListOptions(command: Command): Command {
  return command
    .addOption(count('--limit <n>', 'entries on a page, 1 to 200 (default: 50)'))
    .addOption(new Option('--cursor <cursor>', 'go on after a page: its "nextCursor" under --json'))
    .addOption(new Option('--all', 'every page').conflicts('cursor'));
}

export const pageOf = ({ limit, cursor, all }: ListOptions) => ({
  // Fewer round trips where all of it is wanted anyway.
  limit: limit ?? (all === true ? 200 : 50),
  ...(cursor !== undefined && { cursor }),
});

interface Shown<Item> {
  readonly columns: readonly Column<Item>[];
  /** `keys` */
  readonly what: string;
}

/** One page, or with `--all` every one of them. */
export async function printList<Item>(
  listing: Listing<Item>,
  options: ListOptions,
  { columns, what }: Shown<Item>,
): Promise<void> {
  if (options.all === true) {
    return options.json === true ? printAllJson(listing) : printAll(listing, { columns, what });
  }
  await printPage(await listing, options, { columns, what });
}

export async function printPage<Item>(
  page: List<Item>,
  options: ListOptions,
  { columns, what }: Shown<Item>,
): Promise<void> {
  if (options.json !== true && page.data.length === 0) return void note(`No ${what}.`);
  await print(options.json, page, () => {
    const table = new Table(columns);
    for (const item of page.data) table.add(item);
    return table.render();
  });
  if (options.json !== true && page.nextCursor !== null) {
    note(`There are more ${what}: --all lists every one, --limit up to 200.`);
  }
}

async function printAll<Item>(
  listing: Listing<Item>,
  { columns, what }: Shown<Item>,
): Promise<void> {
  const table = new Table(columns);
  const progress = startProgress(what, process.stderr.isTTY);
  try {
    for await (const item of listing) {
      table.add(item);
      progress.add();
    }
  } finally {
    progress.end();
  }
  if (table.isEmpty) note(`No ${what}.`);
  else await write(`${table.render()}\n`);
}

/** The same shape as one page of the API, written as it comes: a list may be longer than memory. */
async function printAllJson<Item>(listing: Listing<Item>): Promise<void> {
  let before = '{"data":[\n';
  // On one terminal it would stand in the middle of the list.
  const progress = startProgress('entries', process.stderr.isTTY && !process.stdout.isTTY);
  try {
    for await (const item of listing) {
      await write(before + JSON.stringify(item));
      before = ',\n';
      progress.add();
    }
  } finally {
    progress.end();
  }
  await write(before === ',\n' ? '\n],"nextCursor":null}\n' : '{"data":[],"nextCursor":null}\n');
}

const PROGRESS_EVERY = 200;

/** How far it is, on a line of its own that goes away. Where nobody watches, nothing. */
export function startProgress(what: string, watched: boolean): { add(): void; end(): void } {
  let seen = 0;
  return {
    add() {
      seen += 1;
      if (watched && seen % PROGRESS_EVERY === 0) process.stderr.write(`\r${seen} ${what} …`);
    },
    end() {
      if (watched && seen >= PROGRESS_EVERY) process.stderr.write('\r\u001b[K');
    },
  };
}
