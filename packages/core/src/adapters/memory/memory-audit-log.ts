import { randomUUID } from 'node:crypto';
import { eventMatches } from '../../audit/audit-filter.ts';
import { CHAIN_START, chainEvent, type ChainEnd } from '../../audit/chain.ts';
import type { AuditEnd, AuditEvent, AuditLog, ListAuditQuery } from '../../ports/audit-log.ts';
import type { NewAuditEvent } from '../../ports/committer.ts';

export class MemoryAuditLog implements AuditLog {
  /** The event with `sequence` n stands at n − 1. */
  readonly #events: AuditEvent[] = [];
  readonly #instance = randomUUID().replaceAll('-', '');

  /** Of the newest event; 0: there is none. */
  get sequence(): number {
    return this.#events.length;
  }

  async eventsAfter(sequence: number, limit: number): Promise<AuditEvent[]> {
    const from = Math.max(0, sequence);
    return this.#events.slice(from, from + limit);
  }

  async get(id: string): Promise<AuditEvent | null> {
    return this.#events.find((event) => event.id === id) ?? null;
  }

  async list({ filter, order, after, limit }: ListAuditQuery): Promise<AuditEvent[]> {
    const rest =
      order === 'asc'
        ? this.#events.slice(after ?? 0)
        : this.#events.slice(0, after === null ? undefined : after - 1).toReversed();
    return rest.filter((event) => eventMatches(filter, event)).slice(0, limit);
  }

  async end(): Promise<AuditEnd> {
    const { sequence, hash } = this.#end;
    return { instance: this.#instance, sequence, hash };
  }

  get #end(): ChainEnd {
    return this.#events.at(-1) ?? CHAIN_START;
  }

  /** For the committer alone: the events as links of the chain, not appended yet. */
  chain(events: readonly NewAuditEvent[]): AuditEvent[] {
    let end = this.#end;
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
