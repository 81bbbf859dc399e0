import type { InsightOf } from '@claviger/contract';
import type { NetworkUse, OriginUse, Seen } from '../ports/insight-store.ts';
import { isoTime } from '../times.ts';

/** More would say nothing more. */
const MAX_SHOWN = 10;

type Caller = InsightOf<'NEW_NETWORK'>['evidence']['networks'][number];
type Origin = InsightOf<'SECRET_IN_BROWSER'>['evidence']['origins'][number];

const presentSeen = ({ firstSeenAt, lastSeenAt, count }: Seen) => ({
  firstSeenAt: isoTime(firstSeenAt),
  lastSeenAt: isoTime(lastSeenAt),
  count,
});

const latest = <Row extends Seen>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt).slice(0, MAX_SHOWN);

/** The latest first. */
export const presentCallers = (
  networks: readonly Omit<NetworkUse, 'keyId' | 'secretId'>[],
): Caller[] =>
  latest(networks).map((seen) => {
    const { network, userAgent } = seen;
    return { network, userAgent, ...presentSeen(seen) };
  });

export const presentOrigins = (origins: readonly OriginUse[]): Origin[] =>
  latest(origins).map((seen) => ({ origin: seen.origin, ...presentSeen(seen) }));
