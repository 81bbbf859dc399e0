import { verificationStatuses, type LogEntry } from '@claviger/contract';
import { isoTime } from '../times.ts';
import type { LogSubject } from './log-columns.ts';
import { logIdAt } from './log-ids.ts';
import type { FoundEntry } from './log-search.ts';

export function presentLogEntry({ chunk, place }: FoundEntry): LogEntry {
  const { columns, completions } = chunk;
  const subject = subjectOf({ chunk, place });
  if (subject === null) throw new Error('a log entry is about nobody');
  const code = columns.codes[columns.code[place] ?? -1] as LogEntry['code'];
  const text = (column: ArrayLike<number>) => columns.texts[column[place] ?? -1] ?? null;
  const completion = completions.get(place);
  return {
    id: logIdAt(chunk.id, place),
    at: isoTime(columns.at[place] ?? 0),
    keyId: subject.keyId,
    secretId: subject.secretId,
    organizationId: subject.organizationId,
    apiId: subject.apiId,
    environment: subject.environment,
    code,
    status: verificationStatuses[code],
    permissions: [...(columns.permissionSets[columns.permissions[place] ?? -1] ?? [])],
    origin: text(columns.origin),
    ip: text(columns.ip),
    userAgent: text(columns.userAgent),
    method: text(columns.method),
    path: text(columns.path),
    requestId: columns.requestId[place] ?? null,
    durationMs: (columns.durationUs[place] ?? 0) / 1_000,
    hint: subject.hint,
    responseStatus: completion?.responseStatus ?? null,
    responseDurationMs: completion?.responseDurationMs ?? null,
  };
}

/** Whom it is about; null: the chunk has no such place. */
export const subjectOf = ({ chunk: { columns }, place }: FoundEntry): LogSubject | null =>
  columns.subjects[columns.subject[place] ?? -1] ?? null;
