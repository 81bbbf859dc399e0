import type { UsageInterval, UsageRow } from '@claviger/sdk';
import type { Color } from './colors.ts';
import type { Column } from './table.ts';

/** Characters of the longest bar. */
const BAR_WIDTH = 24;

/** How much of `2026-11-21 09:00` tells the intervals apart. */
const START_LENGTH = { hour: 16, day: 10, month: 7 } as const;

const outcomeColor = (code: string): Color => (code === 'VALID' ? 'green' : 'yellow');

/** The columns that these rows have, with a bar that compares their counts. */
export function usageColumns(
  rows: readonly UsageRow[],
  interval: UsageInterval,
): Column<UsageRow>[] {
  const highest = Math.max(...rows.map(({ count }) => count));
  const grouped: readonly (Column<UsageRow> & { readonly field: keyof UsageRow })[] = [
    { field: 'code', heading: 'CODE', text: ({ code }) => code ?? '', color: outcomeColor },
    { field: 'keyId', heading: 'KEY', text: ({ keyId }) => keyId ?? 'none found' },
    { field: 'apiId', heading: 'API', text: ({ apiId }) => apiId ?? '', minWidth: 6 },
    {
      field: 'organizationId',
      heading: 'ORGANIZATION',
      text: ({ organizationId }) => organizationId ?? '-',
      minWidth: 8,
    },
    {
      field: 'environment',
      heading: 'ENVIRONMENT',
      text: ({ environment }) => environment ?? '-',
      minWidth: 6,
    },
  ];
  return [
    {
      heading: 'START (UTC)',
      text: ({ start }) => start.replace('T', ' ').slice(0, START_LENGTH[interval]),
    },
    ...grouped.filter(({ field }) => rows.some((row) => row[field] !== undefined)),
    { heading: 'COUNT', text: ({ count }) => String(count) },
    { heading: '', text: ({ count }) => bar(count / highest), expendable: 1 },
  ];
}

/** Never empty: there is no row for nothing. */
const bar = (share: number): string => '█'.repeat(Math.max(1, Math.round(share * BAR_WIDTH)));
