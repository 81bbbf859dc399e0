import type { LogEntry } from '@claviger/sdk';
import type { Color } from './colors.ts';
import { fields, listOr } from './fields.ts';
import { plainLine } from './plain-text.ts';
import type { Column } from './table.ts';
import { fullTime } from './times.ts';

/** Exact: who reads a log compares it with others. */
const timeText = ({ at }: LogEntry): string => at.replace('T', ' ').replace('Z', '');

const who = ({ keyId, hint }: LogEntry): string => keyId ?? hint ?? 'unknown';

const requestText = ({ method, path }: LogEntry): string =>
  [method, path].filter((part) => part !== null).join(' ');

const colorOfCode = (code: string): Color => (code === 'VALID' ? 'green' : 'red');

export const logColumns: readonly Column<LogEntry>[] = [
  { heading: 'TIME (UTC)', text: timeText },
  { heading: 'CODE', text: ({ code }) => code, color: colorOfCode },
  { heading: 'KEY', text: who, minWidth: 12 },
  {
    heading: 'ORGANIZATION',
    text: ({ organizationId }) => organizationId ?? '',
    minWidth: 8,
    expendable: 1,
  },
  { heading: 'REQUEST', text: requestText, minWidth: 10, expendable: 3 },
  { heading: 'IP', text: ({ ip }) => ip ?? '', expendable: 2 },
];

/** As wide as nearly every code and id is. */
const WIDTHS = [23, 24, 26, 12, 30, 0];

/** On a line of its own, when nobody knows what follows. */
export const logLine = (entry: LogEntry): string =>
  logColumns
    .map(({ text }, index) => plainLine(text(entry)).padEnd(WIDTHS[index] ?? 0))
    .join('  ')
    .trimEnd();

export function logFields(entry: LogEntry): string {
  const { responseStatus, responseDurationMs } = entry;
  const took = responseDurationMs === null ? '' : ` in ${responseDurationMs} ms`;
  return fields([
    ['Id', entry.id],
    ['Time', fullTime(entry.at)],
    ['Code', entry.code, colorOfCode(entry.code)],
    ['Status', String(entry.status)],
    ['Key', entry.keyId ?? 'unknown'],
    ['Secret', entry.secretId ?? undefined],
    ['Hint', entry.hint ?? undefined],
    ['Organization', entry.organizationId ?? undefined],
    ['API', entry.apiId],
    ['Environment', entry.environment ?? undefined],
    ['Asked for', listOr(entry.permissions, 'no permission')],
    ['Request', requestText(entry) || undefined],
    ['Request id', entry.requestId ?? undefined],
    ['Address', entry.ip ?? undefined],
    ['Origin', entry.origin ?? undefined],
    ['User agent', entry.userAgent ?? undefined],
    ['Verified in', `${entry.durationMs} ms`],
    ['Answered', responseStatus === null ? undefined : `${responseStatus}${took}`],
  ]);
}
