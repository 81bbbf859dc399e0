import { CHAIN_START, chainEvent, type ChainEnd } from '../../audit/chain.ts';
import type { AuditEvent, AuditLog } from '../../ports/audit-log.ts';
import type { NewAuditEvent } from '../../ports/committer.ts';

export class MemoryAuditLog implements AuditLog {
  /** The event with `sequence` n stands at n − 1. */
  readonly #events: AuditEvent[] = [];

  /** Of the newest event; 0: there is none. */
  get sequence(): number {
    return this.#events.length;
  }

  async eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]> {
    return this.#events.slice(sequence, sequence + limit);
  }

  /** For the committer alone: the events as links of the chain, not appended yet. */
  chain(events: readonly NewAuditEvent[]): AuditEvent[] {
    let end: ChainEnd = this.#events.at(-1) ?? CHAIN_START;
    return events.map((event) => {
      const link = chainEvent(end, event);
      end = link;
      return link;
    });
  }

  append(links: readonly AuditEvent[]): void {
    this.#events.push(...links);
  }
}
