import type {
  CompleteLogsInput,
  LogEntry,
  LogsListed,
  LogsCompleted,
  VerificationCode,
} from '@claviger/contract';
import { readLines } from './lines.ts';
import { listing, type Listing } from './listing.ts';
import type { Transport } from './transport.ts';

/** What an entry must be; they combine with "and". Times are ISO 8601. */
export interface LogFilters {
  readonly keyId?: string;
  readonly secretId?: string;
  readonly organizationId?: string;
  readonly apiId?: string;
  readonly environment?: string;
  /** Any of several. */
  readonly code?: VerificationCode | readonly VerificationCode[];
  readonly status?: 200 | 401 | 403 | 429;
  /** What the protected API said that it answered in the end. */
  readonly responseStatus?: number;
  /** true: those let through; false: those refused. */
  readonly valid?: boolean;
  /** Those that asked for it. */
  readonly permission?: string;
  readonly origin?: string;
  /** An address, or a CIDR block. */
  readonly ip?: string;
  /** Part of it. */
  readonly userAgent?: string;
  readonly method?: string;
  /** What it begins with; without a slash in front, part of it. */
  readonly path?: string;
  readonly requestId?: string;
  readonly from?: string;
  /** Before it, and not at it. */
  readonly to?: string;
  /** Part of the hint, path, user agent, origin, request id, address or any id. */
  readonly q?: string;
}

export interface ListLogsOptions extends LogFilters {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface ExportLogsOptions extends LogFilters {
  /** Ends the export early. */
  readonly signal?: AbortSignal;
}

export type LogCompletion = CompleteLogsInput['entries'][number];

/** The log of verifications, newest first. */
export class LogsClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Where few entries match, a page may hold fewer than `limit`, or none, and still have a `nextCursor`. `recording` is false where the log is switched off. */
  list(options: ListLogsOptions = {}): Listing<LogEntry, LogsListed> {
    return listing(this.#transport, '/v1/logs', queryOf(options));
  }

  get(logId: string): Promise<LogEntry> {
    return this.#transport.send({ method: 'GET', path: `/v1/logs/${encodeURIComponent(logId)}` });
  }

  /** Says what the protected API answered in the end, of up to 1,000 verifications. */
  complete(entries: readonly LogCompletion[]): Promise<LogsCompleted> {
    return this.#transport.send({ method: 'POST', path: '/v1/logs', body: { entries } });
  }

  /**
   * All entries that the filters mean, as they come. Throws `ClavigerError` when it breaks off.
   *
   * @example
   * for await (const entry of client.logs.export({ keyId, from: '2026-11-01T00:00:00.000Z' })) archive(entry);
   */
  export(options: ExportLogsOptions = {}): AsyncGenerator<LogEntry, undefined> {
    return readLines(this.exportText('ndjson', options));
  }

  /** The same as the text of a file, a part at a time. */
  exportText(
    format: 'ndjson' | 'csv',
    { signal, ...filters }: ExportLogsOptions = {},
  ): AsyncGenerator<Uint8Array, undefined> {
    const query = { ...queryOf(filters), format };
    return this.#transport.receive({ path: '/v1/logs/export', query, signal });
  }
}

const queryOf = <Options extends LogFilters>({ code, ...others }: Options) => ({
  ...others,
  code: typeof code === 'object' ? code.join(',') : code,
});
