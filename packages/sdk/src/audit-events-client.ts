import type { AuditEvent, exportAuditEventsQuery, listAuditEventsQuery } from '@claviger/contract';
import { Listing } from './listing.ts';
import type { Transport } from './transport.ts';

type Input<Schema extends { readonly _zod: { readonly input: unknown } }> = Schema['_zod']['input'];

export type ListAuditEventsOptions = Omit<Input<typeof listAuditEventsQuery>, 'limit'> & {
  readonly limit?: number;
};
export type ExportAuditEventsOptions = Omit<Input<typeof exportAuditEventsQuery>, 'format'> & {
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
    return new Listing((cursor) => {
      const query = cursor === undefined ? { ...options } : { ...options, cursor };
      return this.#transport.send({ method: 'GET', path: '/v1/audit-events', query });
    });
  }

  get(eventId: string): Promise<AuditEvent> {
    const path = `/v1/audit-events/${encodeURIComponent(eventId)}`;
    return this.#transport.send({ method: 'GET', path });
  }

  /** Oldest first, as they come: any number. Without filters it is the whole chain. */
  export({ signal, ...query }: ExportAuditEventsOptions = {}): AsyncGenerator<AuditEvent> {
    return this.#transport.downloadLines({ path: EXPORT, query, signal });
  }

  /** The same in the bytes of a file. */
  exportFile(
    format: 'ndjson' | 'csv',
    { signal, ...query }: ExportAuditEventsOptions = {},
  ): AsyncGenerator<Uint8Array> {
    return this.#transport.download({ path: EXPORT, query: { ...query, format }, signal });
  }
}

const EXPORT = '/v1/audit-events/export';
