import type { LogColumns, LogSubject } from './log-columns.ts';

/** What the filter of a chunk knows its entries by. */
export type LogField = 'key' | 'organization' | 'api' | 'environment' | 'code' | 'ip';

/** As it stands in the filter of a chunk: `mayHold(head.filter, logTerm('key', keyId))`. */
export const logTerm = (field: LogField, value: string): string => `${field}:${value}`;

/** Of all entries, each about once. Dictionaries may hold codes that no entry has, and addresses beside other texts. */
export function termsOf({ code, ip, subjects, codes, texts }: LogColumns): string[] {
  const keys: string[] = [];
  const terms = new Set<string>();
  let last: LogSubject | null = null;
  for (const subject of subjects) {
    if (subject.keyId !== null) keys.push(logTerm('key', subject.keyId));
    if (last === null || !samePlace(subject, last)) addPlace(terms, subject);
    last = subject;
  }
  for (const index of used(code, codes.length)) terms.add(logTerm('code', codes[index] ?? ''));
  for (const index of used(ip, texts.length)) terms.add(logTerm('ip', texts[index] ?? ''));
  return [...keys, ...terms];
}

const samePlace = (one: LogSubject, other: LogSubject): boolean =>
  one.apiId === other.apiId &&
  one.organizationId === other.organizationId &&
  one.environment === other.environment;

function addPlace(terms: Set<string>, { organizationId, apiId, environment }: LogSubject): void {
  terms.add(logTerm('api', apiId));
  if (organizationId !== null) terms.add(logTerm('organization', organizationId));
  if (environment !== null) terms.add(logTerm('environment', environment));
}

/** Which of so many indexes stand in the column. */
function used(column: ArrayLike<number>, length: number): number[] {
  const isUsed = new Uint8Array(length);
  // What is not in the dictionary is written nowhere.
  for (let place = 0; place < column.length; place++) isUsed[column[place] as number] = 1;
  const indexes: number[] = [];
  for (let index = 0; index < length; index++) if (isUsed[index] === 1) indexes.push(index);
  return indexes;
}
