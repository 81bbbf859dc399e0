import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { unreadable } from '../connection.ts';
import { wronglyCalled } from '../failure.ts';
import { list } from '../options.ts';
import { note } from '../output.ts';
import { openStdin } from '../stdin.ts';
import { findInStream } from './find-in-stream.ts';
import { walkFiles } from './walk-files.ts';

export interface Found {
  /** `-` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly token: string;
  readonly hint: string;
}

export interface ScanOptions {
  readonly prefix?: readonly string[];
  readonly exclude?: readonly string[];
  readonly allFiles?: boolean;
  readonly stdin?: boolean;
}

/** The options of every command that looks for tokens. */
export const withScanOptions = (command: Command): Command =>
  command
    .addOption(list('--prefix <prefix>', 'only tokens that begin so: int, sk_live'))
    .addOption(
      list('--exclude <glob>', 'leave out paths or names of files and folders: "*.lock", dist'),
    )
    .addOption(new Option('--all-files', 'binary files and .git/objects too, as they are'));

/** What was looked at; counted while it is. */
export interface ScanTally {
  files: number;
  binaries: number;
  unreadable: number;
}

export const newTally = (): ScanTally => ({ files: 0, binaries: 0, unreadable: 0 });

/** Finds tokens in files, folders and standard input, some at a time. Needs no server. Throws `Failure`. */
export async function* scan(
  paths: readonly string[],
  options: ScanOptions,
  tally: ScanTally,
): AsyncGenerator<Found[], void> {
  const isStdin = options.stdin === true;
  if (paths.length === 0 && !isStdin) {
    throw wronglyCalled(
      'There is nothing to look through: name files or folders, or give --stdin.',
    );
  }
  const look = await lookThrough(options, tally);
  if (isStdin) yield* look('-', openStdin('what is looked through'));
  const walk = {
    exclude: options.exclude ?? [],
    everything: options.allFiles === true,
    onUnreadable: () => tally.unreadable++,
  };
  for await (const file of walkFiles(paths, walk)) {
    try {
      yield* look(file, await openFile(file));
    } catch (error) {
      if (!isFileError(error)) throw error;
      note(unreadable(file, error).message);
      tally.unreadable++;
    }
  }
}

async function lookThrough({ prefix, allFiles }: ScanOptions, tally: ScanTally) {
  // Loaded where it is needed: it takes longer to load than most commands to run.
  const { TokenFinder, tokenHint } = await import('@claviger/core');
  const wanted = prefix === undefined ? null : new Set(prefix);
  return async function* look(file: string, chunks: AsyncIterable<unknown>) {
    tally.files++;
    const stream = {
      finder: new TokenFinder(wanted),
      binaries: allFiles === true,
      onBinary: () => void tally.binaries++,
    };
    for await (const found of findInStream(chunks, stream)) {
      yield found.map((each): Found => ({ file, ...each, hint: tokenHint(each.token) }));
    }
  };
}

/** Not through a link that was put there since the walk. */
async function openFile(file: string): Promise<AsyncIterable<unknown>> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  return handle.createReadStream();
}

/** Of opening and reading it: not of whoever takes what is found. */
const isFileError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && ['open', 'read'].includes(String(error.syscall));
