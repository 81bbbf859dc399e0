import type { AuditEvent, AuditLog } from '../ports/audit-log.ts';
import { ChainCheck, eventsBetween, type ChainFault } from './chain-check.ts';
import { CHAIN_START, type ChainEnd } from './chain.ts';

/** What the chain has to say at a place, by the word of somebody else. */
export interface ChainMark extends ChainEnd {
  readonly kind: 'end' | 'checkpoint';
  /** `the checkpoint of 2026-11-21T09:30:00.000Z` */
  readonly by: string;
}

export interface ChainReport {
  /** How many were looked at. */
  readonly events: number;
  readonly end: ChainEnd;
  /** In the order in which they were found, `MAX_FAULTS` at most. */
  readonly faults: readonly ChainFault[];
  readonly truncated: boolean;
}

/** One change can break many links; whoever sees the first hundred knows what to do. */
export const MAX_FAULTS = 100;

/** Holds the events of a chain against each other and against marks, in memory that does not grow with them. */
export class ChainVerifier {
  readonly #check: ChainCheck;
  readonly #marks: ChainMark[];
  readonly #faults: ChainFault[] = [];
  #events = 0;
  #truncated = false;
  /** Up to here, a mark agrees. */
  #vouchedFor: number;

  constructor(marks: readonly ChainMark[] = [], start: ChainEnd = CHAIN_START) {
    this.#check = new ChainCheck(start);
    this.#vouchedFor = start.sequence;
    this.#marks = marks.toSorted((a, b) => a.sequence - b.sequence);
    this.#settle();
  }

  get end(): ChainEnd {
    return this.#check.end;
  }

  get events(): number {
    return this.#events;
  }

  add(event: AuditEvent): void {
    this.#events += 1;
    const fault = this.#check.next(event);
    if (fault !== null) this.tell(fault);
    this.#settle(event.id);
  }

  tell(fault: ChainFault): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(fault);
    else this.#truncated = true;
  }

  finish(): ChainReport {
    for (const mark of this.#marks) this.#tellMissing(mark);
    const { sequence, hash } = this.end;
    const faults = this.#faults;
    return { events: this.#events, end: { sequence, hash }, faults, truncated: this.#truncated };
  }

  /** Marks that the chain has come to. */
  #settle(id: string | null = null): void {
    for (let [mark] = this.#marks; mark !== undefined; [mark] = this.#marks) {
      if (mark.sequence > this.end.sequence) return;
      this.#marks.shift();
      if (mark.sequence < this.end.sequence) continue;
      if (mark.hash === this.end.hash) this.#vouchedFor = mark.sequence;
      else this.#tellOther(mark, id);
    }
  }

  #tellOther({ kind, by, sequence }: ChainMark, id: string | null): void {
    const since =
      this.#vouchedFor === 0 ? '' : ` after event ${this.#vouchedFor}, where it still agreed`;
    const message = `${by} has another hash for it: the chain was rewritten${since}`;
    this.tell({ kind, sequence, id, message });
  }

  #tellMissing({ kind, by, sequence }: ChainMark): void {
    const message = `${by} speaks of it, and ${eventsBetween(this.end.sequence, sequence + 1)} at the end`;
    this.tell({ kind, sequence, id: null, message });
  }
}

/** Read, and held in memory, at once. */
const BATCH = 500;

/**
 * Looks at every event there is, beside a running server too, and at where the last commit says the chain
 * ends. `onProgress` gets how many were looked at. Rejects with `StorageError`.
 */
export async function verifyAuditLog(
  audit: AuditLog,
  checkpoints: readonly ChainMark[],
  onProgress: (events: number) => void = () => undefined,
): Promise<ChainReport> {
  const before = await audit.end();
  const noted = 'the note of the last commit';
  const verifier = new ChainVerifier([...checkpoints, { ...before, kind: 'end', by: noted }]);
  for await (const event of everyEvent(audit)) {
    verifier.add(event);
    if (verifier.events % BATCH === 0) onProgress(verifier.events);
  }
  // Read after the last event: one that was committed in between is in it, one that was never committed is not.
  const { sequence } = await audit.end();
  if (sequence < verifier.end.sequence) {
    const from = sequence + 1;
    verifier.tell({
      kind: 'end',
      sequence: from,
      id: (await audit.eventsAfter(sequence, 1))[0]?.id ?? null,
      message: `${noted} ends the chain at event ${sequence}: what follows was put there by somebody else`,
    });
  }
  return verifier.finish();
}

/** Each batch begins with the last event of the one before, so that one with the same number shows between them, too. */
async function* everyEvent(audit: AuditLog): AsyncGenerator<AuditEvent> {
  let last: AuditEvent | null = null;
  for (;;) {
    const from: number = last === null ? Number.MIN_SAFE_INTEGER : last.sequence - 1;
    const batch = await audit.eventsAfter(from, BATCH);
    const fresh: AuditEvent[] = batch.filter(
      ({ sequence, hash }) => last === null || sequence > last.sequence || hash !== last.hash,
    );
    const next = fresh.at(-1);
    yield* fresh;
    if (next === undefined || next.sequence === last?.sequence) return;
    last = next;
  }
}
