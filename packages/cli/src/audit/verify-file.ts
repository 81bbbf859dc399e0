import { auditEvent } from '@claviger/contract';
import { ChainVerifier, eventOfPresented, type ChainMark, type ChainReport } from '@claviger/core';
import { Failure } from '../failure.ts';
import { readEntries } from '../import/import-file.ts';

/**
 * An export as NDJSON, read line by line. `isPart`: it may begin in the middle of the chain, and is believed
 * about the event before. Throws `Failure` for a line that is no event.
 */
export async function verifyFile(
  file: string,
  marks: readonly ChainMark[],
  isPart: boolean,
  onProgress: (events: number) => void,
): Promise<ChainReport> {
  let verifier: ChainVerifier | null = isPart ? null : new ChainVerifier(marks);
  for await (const { place, entry } of readEntries(file, 'the events')) {
    const parsed = auditEvent.strict().safeParse(entry);
    if (!parsed.success) {
      throw new Failure(
        `Line ${place} of ${file} is no audit event: it was changed, or this is not what "claviger audit export" writes. What stands before it is whole if nothing else is said.`,
      );
    }
    // What was read, not what the schema made of it: nothing may be left out of the hash.
    const event = eventOfPresented(entry as typeof parsed.data);
    verifier ??= new ChainVerifier(marks, {
      sequence: event.sequence - 1,
      hash: event.previousHash,
    });
    verifier.add(event);
    onProgress(verifier.events);
  }
  if (verifier === null || verifier.events === 0) {
    throw new Failure(`${file} holds no events, and proves nothing.`);
  }
  return verifier.finish();
}
