import type { Insight } from '@claviger/contract';
import type { InsightStore, Probe } from '../ports/insight-store.ts';
import type { Restriction } from '../ports/key-store.ts';
import { HOUR_MS, isoTime } from '../times.ts';

/** Unknown tokens from one address within an hour of the clock: fewer are a typing error or an old key. */
const MIN_ATTEMPTS = 20;
/** An address that was quiet for so long has been dealt with, or has gone. */
const QUIET_MS = 24 * HOUR_MS;
/** Addresses in one answer. */
const MAX_ADDRESSES = 100;
const MAX_HOURS = 1_000;

/** Who tries tokens that nobody issued, the most attempts first. Rejects with `StorageError`. */
export async function probingFindings(
  store: InsightStore,
  apiIds: Restriction,
  nowMs: number,
): Promise<Insight[]> {
  const since = nowMs - QUIET_MS;
  const query = { apiIds, since: since - HOUR_MS, minCount: MIN_ATTEMPTS, limit: MAX_HOURS };
  const probes = await store.listProbes(query);
  const byAddress = Map.groupBy(probes, ({ apiId, address }) => `${apiId}:${address}`);
  return [...byAddress.values()]
    .filter((hours) => hours.some(({ lastSeenAt }) => lastSeenAt > since))
    .slice(0, MAX_ADDRESSES)
    .flatMap((hours) => findingOf(hours));
}

function findingOf(hours: readonly Probe[]): Insight[] {
  const [busiest] = hours;
  const latest = hours.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)[0];
  if (busiest === undefined || latest === undefined) return [];
  const { apiId, address } = busiest;
  const attempts = hours.reduce((sum, { count }) => sum + count, 0);
  return [
    {
      id: `PROBING:${apiId}:${address}`,
      kind: 'PROBING',
      severity: 'medium',
      keyId: null,
      apiId,
      organizationId: null,
      environment: null,
      title: `${address} tried ${attempts} tokens that nobody issued.`,
      evidence: {
        address,
        attempts,
        busiestHour: { start: isoTime(busiest.hour), attempts: busiest.count },
        lastSeenAt: isoTime(latest.lastSeenAt),
        lastHint: latest.hint,
      },
      action: {
        summary: `Block ${address} at the proxy in front of your API.`,
        method: null,
        path: null,
        body: null,
        command: null,
      },
      since: isoTime(Math.min(...hours.map(({ hour }) => hour))),
    },
  ];
}
