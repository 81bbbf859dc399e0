import type { AuditEvent, exportAuditEventsQuery, listAuditEventsQuery } from '@claviger/contract';
import { readLines } from './lines.ts';
import { listing, type Listing, type Query } from './listing.ts';
import type { Transport } from './transport.ts';

export type ListAuditEventsOptions = Query<typeof listAuditEventsQuery>;
export type ExportAuditEventsOptions = Omit<Query<typeof exportAuditEventsQuery>, 'format'> & {
  /** Ends it early. */
  readonly signal?: AbortSignal;
};

/** The audit log: who changed what, when and from where. */
export class AuditEventsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(options: ListAuditEventsOptions = {}): Listing<AuditEvent> {
    return listing(this.#transport, '/v1/audit-events', options);
  }

  get(eventId: string): Promise<AuditEvent> {
    const path = `/v1/audit-events/${encodeURIComponent(eventId)}`;
    return this.#transport.send({ method: 'GET', path });
  }

  /** Oldest first, as they come: any number. Without filters it is the whole chain. Throws `ClavigerError` when it breaks off. */
  export(options: ExportAuditEventsOptions = {}): AsyncGenerator<AuditEvent, undefined> {
    return readLines(this.exportText('ndjson', options));
  }

  /** The same as the text of a file, a part at a time. */
  exportText(
    format: 'ndjson' | 'csv',
    { signal, ...query }: ExportAuditEventsOptions = {},
  ): AsyncGenerator<Uint8Array, undefined> {
    const call = { path: '/v1/audit-events/export', query: { ...query, format }, signal };
    return this.#transport.receive(call);
  }
}
