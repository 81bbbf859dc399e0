import { access, open, rename } from 'node:fs/promises';
import type { Command } from 'commander';
import { Failure } from './failure.ts';
import { choice } from './options.ts';
import { note, write } from './output.ts';

type ExportFormat = 'ndjson' | 'csv';

export interface ExportOptions {
  readonly format?: ExportFormat;
  readonly output?: string;
  /** A file that exists may be written over. */
  readonly force?: true;
}

/** The options that every export takes. */
export function withExportOptions(command: Command): Command {
  return command
    .addOption(
      choice('--format <format>', 'one JSON object a line, or a table (default: ndjson)', [
        'ndjson',
        'csv',
      ]),
    )
    .option(
      '--output <file>',
      'write them there; while it is not whole, the file is called <file>.partial',
    )
    .option('--force', 'write over a file that exists');
}

/**
 * Writes what is read to the file, or to standard output, as it comes. Until it is whole, the file has another
 * name, so that nobody takes a part of it for all. Throws `Failure` for a file that exists.
 */
export async function writeExport(
  read: (format: ExportFormat) => AsyncIterable<Uint8Array>,
  { format = 'ndjson', output, force }: ExportOptions,
): Promise<void> {
  const parts = read(format);
  if (output === undefined) {
    for await (const part of parts) await write(part);
    return;
  }
  if (force !== true && (await exists(output))) {
    throw new Failure(
      `${output} exists already. Name another file, or write over it with --force.`,
    );
  }
  const partial = `${output}.partial`;
  const bytes = await writeFile(partial, parts);
  await rename(partial, output);
  note(`${output} is complete: ${bytes} bytes.`);
}

async function writeFile(path: string, parts: AsyncIterable<Uint8Array>): Promise<number> {
  const reading = parts[Symbol.asyncIterator]();
  // An export that is refused leaves no file behind.
  let part = await reading.next();
  // It says who was where and when: its owner's business.
  const file = await open(path, 'w', 0o600);
  let bytes = 0;
  try {
    for (; part.done !== true; part = await reading.next()) {
      await file.writeFile(part.value);
      bytes += part.value.length;
    }
    await file.sync();
  } catch (error) {
    note(`The export is not complete. What had come by then is in ${path}.`);
    throw error;
  } finally {
    await file.close();
  }
  return bytes;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
