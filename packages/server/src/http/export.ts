import type { Operation } from '@claviger/contract';
import { z } from 'zod';
import { LINES_CONTENT_TYPE } from './lines.ts';

interface Format {
  readonly contentType: string;
  readonly head: string;
  readonly line: (entry: Readonly<Record<string, unknown>>) => string;
}

/**
 * The entries in the format that the query asks for, written as fast as they are read. Waits for the first
 * of them, so that a request that cannot be served is still answered as a problem.
 */
export async function exportResponse(
  { id, success }: Operation,
  query: unknown,
  entries: AsyncIterable<readonly object[]>,
): Promise<Response> {
  const { format } = query as { format: 'ndjson' | 'csv' };
  const { contentType, head, line } = format === 'csv' ? csv(success.schema) : ndjson;
  const reading = entries[Symbol.asyncIterator]();
  let next = await reading.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (head !== '') controller.enqueue(encoder.encode(head));
    },
    async pull(controller) {
      if (next.done === true) return controller.close();
      const some = next.value as readonly Readonly<Record<string, unknown>>[];
      controller.enqueue(encoder.encode(some.map(line).join('')));
      next = await reading.next();
    },
    async cancel() {
      await reading.return?.();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${id}.${format}"`,
    },
  });
}

const ndjson: Format = {
  contentType: LINES_CONTENT_TYPE,
  head: '',
  line: (entry) => `${JSON.stringify(entry)}\n`,
};

/** RFC 4180, the columns in the order of the schema. */
function csv(schema: z.ZodType): Format {
  if (!(schema instanceof z.ZodObject)) throw new Error('only objects have columns');
  const names = Object.keys(schema.shape);
  const row = (cells: readonly string[]) => `${cells.join(',')}\r\n`;
  return {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: row(names),
    line: (entry) => row(names.map((name) => cell(entry[name]))),
  };
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' ? withoutFormula(text) : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Spreadsheets run what begins like this (OWASP, CSV injection), and user agents are anybody's text. */
const withoutFormula = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
