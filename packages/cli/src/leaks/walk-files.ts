import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { basename, join, matchesGlob, relative } from 'node:path';
import { note } from '../output.ts';
import { unreadable } from '../connection.ts';
import { wronglyCalled } from '../failure.ts';

export interface WalkOptions {
  /** Globs of what is left out, by its path below where the walk began, or by its name. */
  readonly exclude: readonly string[];
  /** Git’s objects too, which are compressed. */
  readonly everything: boolean;
  /** Told of what cannot be looked into. */
  readonly onUnreadable: () => void;
}

/**
 * The regular files at and below the paths, in the order of their names. Follows no symbolic link. Throws
 * `Failure` where a path that was named is not there, or is a link.
 */
export async function* walkFiles(
  paths: readonly string[],
  options: WalkOptions,
): AsyncGenerator<string, void> {
  for (const path of paths) {
    const stats = await statOf(path);
    if (stats.isSymbolicLink()) {
      throw wronglyCalled(
        `${path} is a symbolic link, and none is followed. Name what it points to.`,
      );
    }
    if (stats.isDirectory()) yield* walkFolder(path, path, options);
    else yield path;
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await lstat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* walkFolder(
  root: string,
  folder: string,
  options: WalkOptions,
): AsyncGenerator<string, void> {
  for (const entry of await entriesOf(folder, options)) {
    const path = join(folder, entry.name);
    if (isExcluded(relative(root, path), options.exclude)) continue;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && (options.everything || !isGitObjects(path))) {
      yield* walkFolder(root, path, options);
    }
  }
}

async function entriesOf(folder: string, { onUnreadable }: WalkOptions) {
  try {
    const entries = [];
    for await (const entry of await opendir(folder)) entries.push(entry);
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    note(unreadable(folder, error).message);
    onUnreadable();
    return [];
  }
}

const isExcluded = (path: string, globs: readonly string[]): boolean =>
  globs.some((glob) => {
    const pattern = glob.replace(/\/+$/, '');
    return matchesGlob(path, pattern) || matchesGlob(basename(path), pattern);
  });

const isGitObjects = (path: string): boolean => /(?:^|[\\/])\.git[\\/]objects$/.test(path);
