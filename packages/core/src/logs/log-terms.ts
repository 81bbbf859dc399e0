import type { Term } from './bloom-filter.ts';
import type { LogColumns, LogSubject } from './log-columns.ts';

/** What the filter of a chunk knows its entries by. */
export type LogField = 'key' | 'organization' | 'api' | 'environment' | 'code' | 'ip';

/** As it stands in the filter of a chunk: `mayHold(head.filter, logTerm('key', keyId))`. */
export const logTerm = (field: LogField, value: string): Term => [field, value];

type Places = Readonly<Record<'api' | 'organization' | 'environment', Set<string>>>;

/** Of all entries, each about once. Dictionaries may hold codes that no entry has, and addresses beside other texts. */
export function termsOf({ code, ip, subjects, codes, texts }: LogColumns): Term[] {
  const terms: Term[] = [];
  const places: Places = { api: new Set(), organization: new Set(), environment: new Set() };
  let last: LogSubject | null = null;
  for (const subject of subjects) {
    if (subject.keyId !== null) terms.push(logTerm('key', subject.keyId));
    if (last === null || !samePlace(subject, last)) addPlace(places, subject);
    last = subject;
  }
  for (const index of used(code, codes.length)) terms.push(logTerm('code', codes[index] ?? ''));
  for (const index of used(ip, texts.length)) terms.push(logTerm('ip', texts[index] ?? ''));
  for (const value of places.api) terms.push(logTerm('api', value));
  for (const value of places.organization) terms.push(logTerm('organization', value));
  for (const value of places.environment) terms.push(logTerm('environment', value));
  return terms;
}

const samePlace = (one: LogSubject, other: LogSubject): boolean =>
  one.apiId === other.apiId &&
  one.organizationId === other.organizationId &&
  one.environment === other.environment;

function addPlace(places: Places, { organizationId, apiId, environment }: LogSubject): void {
  places.api.add(apiId);
  if (organizationId !== null) places.organization.add(organizationId);
  if (environment !== null) places.environment.add(environment);
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
