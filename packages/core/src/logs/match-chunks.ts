import type { Restriction } from '../ports/key-store.ts';
import { mayHold, type Term } from './bloom-filter.ts';
import type { LogFilter } from './log-filter.ts';
import { logTerm, type LogField } from './log-terms.ts';

/** What a chunk must hold for one of its entries to match: of each group, one. */
export type ChunkTerms = readonly (readonly Term[])[];

export const mayMatch = (filter: Buffer, terms: ChunkTerms): boolean =>
  terms.every((group) => group.some((term) => mayHold(filter, term)));

export function chunkTermsOf(filter: LogFilter): ChunkTerms {
  const { scope, ip } = filter;
  const oneOf = (field: LogField, values: Restriction) =>
    values === null ? [] : [values.map((value) => logTerm(field, value))];
  const one = (field: LogField, value: string | null) =>
    oneOf(field, value === null ? null : [value]);
  return [
    ...one('key', filter.keyId),
    ...one('organization', filter.organizationId),
    ...one('api', filter.apiId),
    ...one('environment', filter.environment),
    ...oneOf('code', filter.codes),
    // Of a block, nobody knows which of its addresses to look for.
    ...oneOf('ip', ip === null || ip.blocks.length > 0 ? null : ip.addresses),
    ...oneOf('organization', scope.organizations),
    ...oneOf('api', scope.apis),
    ...oneOf('environment', scope.environments),
  ];
}
