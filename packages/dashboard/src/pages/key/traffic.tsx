import type { Key } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { DAY_MS, relativeTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts, lastDayText } from '../../texts/key-page.ts';
import { useKeyView } from './key-view.ts';
import { keyUsageQuery, requestsIn } from './usage-range.ts';

const { danger } = keyPageTexts;

/** Requests of the key in the last 24 hours; null: not known, or not for this person to know. */
export function useRequestsLately(): number | null {
  const { key, held } = useKeyView();
  const { data } = useQuery({
    ...keyUsageQuery(key.organizationId, key.id, '24h'),
    enabled: held.includes('usage:read'),
  });
  return data === undefined ? null : requestsIn(data);
}

/** How busy the key is: what would be cut off. */
export function Traffic() {
  const { lastUsedAt } = useKeyView().key;
  const requests = useRequestsLately();
  return (
    <p className="min-h-5 text-sm font-medium">
      {requests !== null && `${lastDayText(requests)}. `}
      {lastUsedAt === null
        ? danger.neverUsed
        : fill(danger.lastUsed, { time: relativeTime(lastUsedAt) })}
    </p>
  );
}

/** Where the counts may not be read, the last use tells. */
export const wasUsedLately = ({ lastUsedAt }: Key, requests: number | null = null): boolean =>
  (requests ?? 0) > 0 || (lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < DAY_MS);
