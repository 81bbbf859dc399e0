import type { Api } from '@claviger/contract';
import type { ApiRecord } from '../ports/records.ts';
import { isoTime } from '../times.ts';

export function presentApi({ id, definition, createdAt, updatedAt }: ApiRecord): Api {
  return { id, ...definition, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}
