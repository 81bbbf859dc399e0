import { access, open, rename } from 'node:fs/promises';
import { Failure } from './failure.ts';
import { note, write } from './output.ts';

interface ExportOutput {
  readonly output: string | undefined;
  /** Whether a file that exists may be written over. */
  readonly force: boolean;
}

/**
 * Writes the parts to the file, or to standard output, as they come. Until it is whole, the file has another
 * name, so that nobody takes a part of it for all. Throws `Failure` for a file that exists.
 */
export async function writeExport(
  parts: AsyncIterable<Uint8Array>,
  { output, force }: ExportOutput,
): Promise<void> {
  if (output === undefined) {
    for await (const part of parts) await write(part);
    return;
  }
  if (!force && (await exists(output))) {
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
