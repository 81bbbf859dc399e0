import type { AuditEvent } from '../ports/audit-log.ts';
import { CHAIN_START, linkHash, type ChainEnd } from './chain.ts';

/**
 * `gap`: events are missing before this one. `duplicate`: one with its sequence number came before.
 * `order`: it stands behind one that comes later. `previousHash`: it continues another event than the one
 * that is there. `hash`: it is not what was written. `end`: the log ends elsewhere than the last commit noted.
 * `checkpoint`: the chain is another than the one that was signed.
 */
export const chainFaultKinds = [
  'gap',
  'duplicate',
  'order',
  'previousHash',
  'hash',
  'end',
  'checkpoint',
] as const;

export interface ChainFault {
  readonly kind: (typeof chainFaultKinds)[number];
  /** Where it was noticed. */
  readonly sequence: number;
  /** Of the event there; null where none is. */
  readonly id: string | null;
  readonly message: string;
}

/** Checks the links of a chain one after the other, in the order in which they are kept. */
export class ChainCheck {
  #end: ChainEnd;

  constructor(start: ChainEnd = CHAIN_START) {
    this.#end = start;
  }

  /** The last event that was looked at. */
  get end(): ChainEnd {
    return this.#end;
  }

  /** What is wrong with the event in this place; goes on from it as it is. */
  next(event: AuditEvent): ChainFault | null {
    const fault = linkFault(this.#end, event);
    // What does not come later is not continued: the next one is held against what stood before.
    if (event.sequence > this.#end.sequence) this.#end = event;
    return fault === null ? null : { ...fault, sequence: event.sequence, id: event.id };
  }
}

function linkFault(
  end: ChainEnd,
  { hash, previousHash, ...content }: AuditEvent,
): Pick<ChainFault, 'kind' | 'message'> | null {
  const { sequence } = content;
  if (sequence === end.sequence) {
    return { kind: 'duplicate', message: `there is another event ${sequence} before this one` };
  }
  if (sequence < end.sequence) {
    return { kind: 'order', message: `it stands behind event ${end.sequence}` };
  }
  if (linkHash(previousHash, content) !== hash) {
    return { kind: 'hash', message: 'it was changed: its hash is not that of what stands there' };
  }
  if (sequence > end.sequence + 1) {
    return { kind: 'gap', message: `${eventsBetween(end.sequence, sequence)} before it` };
  }
  if (previousHash !== end.hash) {
    const message =
      sequence === 1
        ? 'it is not the first of this chain: its previousHash is not 64 zeros'
        : `event ${sequence - 1} was exchanged, or this one was: its previousHash is not the hash of event ${sequence - 1}`;
    return { kind: 'previousHash', message };
  }
  return null;
}

/** "events 3 to 7 are missing" */
export function eventsBetween(before: number, after: number): string {
  const [first, last] = [before + 1, after - 1];
  return first === last ? `event ${first} is missing` : `events ${first} to ${last} are missing`;
}

/** The sequence number of the first event that does not continue the chain; null when all do. */
export function firstBrokenLink(start: ChainEnd, events: Iterable<AuditEvent>): number | null {
  const check = new ChainCheck(start);
  for (const event of events) {
    const fault = check.next(event);
    if (fault !== null) return fault.sequence;
  }
  return null;
}
