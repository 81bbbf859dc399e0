import { MAX_IMPORT_LINE_BYTES, MAX_IMPORT_LINES, type ImportLine } from '@claviger/contract';
import { effectiveNow, MAX_IMPORT_BATCH, RefusedError, type ImportOutcome } from '@claviger/core';
import { parseJson } from '../http/json-body.ts';
import { readLines, type Line } from '../http/lines.ts';
import type { LinesRequest } from '../http/route.ts';
import { failureOf, importEntries, readEntry, type Entry } from './import-entries.ts';
import { ImportTally } from './import-tally.ts';

/**
 * Imports a stream of entries, one a line, and answers each with one line, in their order; the summary
 * comes last. What goes wrong in between is said of the lines that it concerned, and the others go on.
 */
export async function* importLines(request: LinesRequest): AsyncGenerator<ImportLine[]> {
  const { claviger, lines } = request;
  const tally = new ImportTally();
  for await (const batch of batchesOf(readLines(lines, MAX_IMPORT_LINE_BYTES))) {
    const room = MAX_IMPORT_LINES - tally.entries;
    yield await importBatch(request, tally, batch.slice(0, room));
    if (batch.length > room) {
      yield tally.add([TOO_MANY]);
      break;
    }
  }
  const { imported, failed } = tally;
  yield [{ imported, failed, effective: tally.effective(effectiveNow(claviger)) }];
}

async function importBatch(
  { claviger, authorize, report }: LinesRequest,
  tally: ImportTally,
  lines: readonly Line[],
): Promise<ImportLine[]> {
  try {
    // A root key that is revoked meanwhile imports nothing more.
    const caller = await authorize();
    const { outcomes, effective } = await importEntries(claviger, caller, lines.map(entryOf), '');
    tally.hold(effective);
    return tally.add(outcomes);
  } catch (error) {
    report(error);
    return tally.add(lines.map(() => failureOf(error)));
  }
}

async function* batchesOf(groups: AsyncIterable<readonly Line[]>): AsyncGenerator<Line[]> {
  for await (const group of groups) {
    for (let start = 0; start < group.length; start += MAX_IMPORT_BATCH) {
      yield group.slice(start, start + MAX_IMPORT_BATCH);
    }
  }
}

const entryOf = (line: Line): Entry =>
  readEntry(() => {
    if (line === null) {
      throw new RefusedError(
        'BODY_TOO_LARGE',
        `The line is longer than ${MAX_IMPORT_LINE_BYTES / 1024} KiB, the most an entry may take.`,
      );
    }
    if (line.toString('latin1').trim() === '') {
      throw new RefusedError('MALFORMED_JSON', 'The line is empty. Send one entry on each line.');
    }
    return parseLine(line);
  });

function parseLine(line: Buffer): unknown {
  try {
    return parseJson(line);
  } catch {
    // Not with the parser's message, which quotes what may be a secret.
    throw new RefusedError(
      'MALFORMED_JSON',
      'The line is not one JSON object in UTF-8. Write each entry on a line of its own.',
    );
  }
}

const TOO_MANY: ImportOutcome = {
  code: 'BODY_TOO_LARGE',
  message: `There are more than ${MAX_IMPORT_LINES} lines. This one and those after it were not read: send them in another import.`,
};
