import type { LogColumns } from './log-columns.ts';

/** What the filter of a chunk knows its entries by. */
export type LogField = 'key' | 'organization' | 'api' | 'environment' | 'code' | 'ip';

/** As it stands in the filter of a chunk: `mayHold(head.filter, logTerm('key', keyId))`. */
export const logTerm = (field: LogField, value: string): string => `${field}:${value}`;

/** Of all entries. Dictionaries may hold codes that no entry has, and addresses beside other texts. */
export function termsOf({ code, ip, subjects, codes, texts }: LogColumns): Set<string> {
  const terms = new Set<string>();
  for (const { keyId, organizationId, apiId, environment } of subjects) {
    terms.add(logTerm('api', apiId));
    if (keyId !== null) terms.add(logTerm('key', keyId));
    if (organizationId !== null) terms.add(logTerm('organization', organizationId));
    if (environment !== null) terms.add(logTerm('environment', environment));
  }
  for (const index of new Set(Array.from(code))) {
    terms.add(logTerm('code', codes[index] ?? ''));
  }
  for (const index of new Set(Array.from(ip))) {
    const text = texts[index];
    if (text !== undefined) terms.add(logTerm('ip', text));
  }
  return terms;
}
