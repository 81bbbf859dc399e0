import { countOf } from '../../count-of.ts';
import { MAX_ROWS_OF_KEY, type NetworkUse } from '../../ports/insight-store.ts';
import { DAY_MS, isoTime } from '../../times.ts';
import {
  findingAbout,
  grantsOfKey,
  unrecorded,
  type ExaminedKey,
  type Rule,
} from '../examined-key.ts';
import { presentCallers } from '../present-seen.ts';

/** New is what was first seen in this time, at most. */
const NEW_DAYS = 7;
/** Known is a key that was used for this long before. */
const SETTLED_MS = 7 * DAY_MS;
/** A key that is used from more networks has no home that it could have left. */
const MAX_KNOWN = 20;

type Network = Omit<NetworkUse, 'keyId' | 'secretId'>;

/** A secret that suddenly comes from somewhere else may be a stolen one. */
export const newNetwork: Rule = (examined) => {
  const { key, seen, nowMs, days } = examined;
  if (key.allowedIps.length > 0 || seen.networks.length >= MAX_ROWS_OF_KEY.networks) return null;
  // Where it verifies from is not known, and must not be locked out.
  if (grantsOfKey(examined).some((id) => unrecorded(examined).includes(id))) return null;
  const networks = networksOf(examined);
  const knownSince = Math.min(...networks.map(({ firstSeenAt }) => firstSeenAt));
  const newSince = nowMs - Math.min(days, NEW_DAYS) * DAY_MS;
  const isNew = ({ firstSeenAt }: Network) =>
    firstSeenAt > newSince && firstSeenAt - knownSince >= SETTLED_MS;
  const fresh = networks.filter(isNew);
  const known = networks.filter((each) => !isNew(each)).map(({ network }) => network);
  if (fresh.length === 0 || known.length > MAX_KNOWN) return null;
  return findingAbout('NEW_NETWORK', examined, {
    severity: 'high',
    title: `"${key.name}" is used from ${countOf(fresh.length, 'network')} that it was never used from before: ${fresh.map(({ network }) => network).join(', ')}.`,
    evidence: {
      networks: presentCallers(fresh),
      knownNetworks: known.toSorted(),
      knownSince: isoTime(knownSince),
    },
    action: {
      summary:
        'If nobody moved: allow it from where it was used before only, and rotate it. If somebody did: allow the new network, too.',
      method: 'PATCH',
      path: `/v1/keys/${key.id}`,
      body: { allowedIps: known.toSorted() },
      command: `claviger keys update ${key.id} --ip ${known.toSorted().join(',')}`,
    },
    since: Math.min(...fresh.map(({ firstSeenAt }) => firstSeenAt)),
  });
};

/** Of all secrets together. */
function networksOf({ seen }: ExaminedKey): Network[] {
  const byNetwork = Map.groupBy(seen.networks, ({ network }) => network);
  return [...byNetwork].map(([network, uses]) => {
    const latest = uses.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
    return {
      network,
      firstSeenAt: Math.min(...uses.map(({ firstSeenAt }) => firstSeenAt)),
      lastSeenAt: Math.max(...uses.map(({ lastSeenAt }) => lastSeenAt)),
      count: uses.reduce((sum, { count }) => sum + count, 0),
      userAgent: latest.find(({ userAgent }) => userAgent !== null)?.userAgent ?? null,
    };
  });
}
