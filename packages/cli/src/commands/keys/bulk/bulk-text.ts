import type { KeysTouched, TouchedKey } from '@claviger/sdk';
import { note } from '../../../output.ts';
import { numberOfKeys, statusColor } from '../../../text/key-text.ts';
import { plainLine } from '../../../text/plain-text.ts';
import { table, type Column } from '../../../text/table.ts';
import { timeOr } from '../../../text/times.ts';

const columns: readonly Column<TouchedKey>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  { heading: 'STATUS', text: ({ status }) => status, color: statusColor },
  { heading: 'ORGANIZATION', text: (key) => key.organizationId, minWidth: 8, expendable: 2 },
  { heading: 'API', text: ({ apiId }) => apiId, minWidth: 6, expendable: 3 },
  { heading: 'ENVIRONMENT', text: ({ environment }) => environment, minWidth: 6, expendable: 4 },
  { heading: 'LAST USED', text: ({ lastUsedAt }) => timeOr(lastUsedAt, 'never'), expendable: 1 },
];

/** The keys in a table, and how many they are: `revoke would change 2 keys of 3 that match.` */
export function bulkText({ data, matched, changed }: KeysTouched, what: string): string {
  const sum = `${what} ${numberOfKeys(changed)} of ${matched.toLocaleString('en')} that match.`;
  if (data.length === 0) return sum;
  const more = changed - data.length;
  const rest = more > 0 ? `\n… and ${numberOfKeys(more)} more` : '';
  return `${table(columns, data)}${rest}\n${sum}`;
}

export function noteFailures({ failed }: KeysTouched): void {
  for (const { id, message } of failed) note(`${id} stays as it is: ${plainLine(message)}`);
}
