import { verificationStatuses, type VerificationCode } from '@claviger/contract';
import type { LogColumns } from '../logs/log-columns.ts';
import type { Seen } from '../ports/insight-store.ts';
import { networkOf, proberOf } from './network-of.ts';
import type { ObservationSet } from './observation-set.ts';
import { HOUR_MS, startOfHour } from '../times.ts';

/** What an entry tells by its code. */
type Tells = 'nothing' | 'letIn' | 'used' | 'unknown';

const USED_CODES: readonly string[] = ['VALID', 'RATE_LIMITED', 'QUOTA_EXCEEDED'];
/** Where it came from was refused: that is no use from there. */
const TURNED_AWAY: readonly string[] = ['ORIGIN_NOT_ALLOWED', 'IP_NOT_ALLOWED'];

/** Browsers send ASCII (Fetch, 3.2); what is longer than any host is no browser's. */
const ORIGIN = /^[\x21-\x7e]{1,300}$/;
const MAX_USER_AGENT = 200;

/** Entries about the same subject, from the same place. */
interface Group extends Seen {
  lastSeenAt: number;
  count: number;
  /** Of the last one. */
  place: number;
}

/** By the small numbers that stand for the values of an entry, so that each entry costs two look-ups. */
interface Groups {
  /** Subject and permissions: when they were asked for last. */
  readonly uses: Map<number, number>;
  /** Subject and address. */
  readonly addresses: Map<number, Group>;
  /** Subject and origin. */
  readonly origins: Map<number, Group>;
  /** Subject, address, and which of two hours. */
  readonly probes: Map<number, Group>;
}

/** Adds what the entries from a place on say of keys and callers. */
export function observe(to: ObservationSet, columns: LogColumns, fromPlace: number): void {
  const { uses, addresses, origins, probes } = groupsIn(columns, fromPlace);
  for (const [slot, lastUsedAt] of uses) addUse(to, columns, slot, lastUsedAt);
  for (const group of addresses.values()) addNetwork(to, columns, group);
  for (const group of origins.values()) addOrigin(to, columns, group);
  for (const group of probes.values()) addProbe(to, columns, group);
}

function groupsIn(columns: LogColumns, fromPlace: number): Groups {
  const { at, subject, code, permissions, origin, ip, subjects, permissionSets, texts } = columns;
  const tells = columns.codes.map(toldBy);
  const isSecret = subjects.map(({ secretId }) => secretId !== null);
  const [sets, values] = [permissionSets.length, texts.length];
  // A chunk reaches into one hour more at most.
  const nextHour = startOfHour(at[fromPlace] ?? 0) + HOUR_MS;
  const groups: Groups = {
    uses: new Map(),
    addresses: new Map(),
    origins: new Map(),
    probes: new Map(),
  };
  for (let place = fromPlace; place < at.length; place++) {
    const told = tells[numberAt(code, place)] ?? 'nothing';
    if (told === 'nothing') continue;
    const ms = numberAt(at, place);
    const who = numberAt(subject, place);
    const [address, page] = [numberAt(ip, place), numberAt(origin, place)];
    if (told === 'unknown') {
      const slot = (who * values + address) * 2 + (ms < nextHour ? 0 : 1);
      if (address >= 0) count(groups.probes, slot, ms, place);
      continue;
    }
    if (told === 'used') groups.uses.set(who * sets + numberAt(permissions, place), ms);
    // A public key is there to be used from anywhere, and in browsers.
    if (isSecret[who] !== true) continue;
    if (address >= 0) count(groups.addresses, who * values + address, ms, place);
    if (page >= 0) count(groups.origins, who * values + page, ms, place);
  }
  return groups;
}

function count(groups: Map<number, Group>, slot: number, ms: number, place: number): void {
  const known = groups.get(slot);
  if (known === undefined) {
    groups.set(slot, { firstSeenAt: ms, lastSeenAt: ms, count: 1, place });
    return;
  }
  known.lastSeenAt = ms;
  known.count++;
  known.place = place;
}

function addUse(to: ObservationSet, columns: LogColumns, slot: number, lastUsedAt: number): void {
  const { subjects, permissionSets } = columns;
  const { keyId } = subjects[Math.floor(slot / permissionSets.length)] ?? NOBODY;
  const asked = permissionSets[slot % permissionSets.length] ?? [];
  if (keyId === null) return;
  if (asked.length === 0) to.addPermission({ keyId, permission: '', lastUsedAt });
  for (const permission of asked) to.addPermission({ keyId, permission, lastUsedAt });
}

function addNetwork(to: ObservationSet, columns: LogColumns, group: Group): void {
  const { place, firstSeenAt, lastSeenAt, count: uses } = group;
  const { keyId, secretId } = columns.subjects[numberAt(columns.subject, place)] ?? NOBODY;
  const network = networkOf(columns.texts[numberAt(columns.ip, place)] ?? '');
  if (keyId === null || secretId === null || network === null) return;
  const agent = columns.texts[numberAt(columns.userAgent, place)];
  const userAgent = agent?.slice(0, MAX_USER_AGENT).toWellFormed() ?? null;
  to.addNetwork({ keyId, secretId, network, firstSeenAt, lastSeenAt, count: uses, userAgent });
}

function addOrigin(to: ObservationSet, columns: LogColumns, group: Group): void {
  const { place, firstSeenAt, lastSeenAt, count: uses } = group;
  const { keyId } = columns.subjects[numberAt(columns.subject, place)] ?? NOBODY;
  const origin = columns.texts[numberAt(columns.origin, place)] ?? '';
  if (keyId === null || !ORIGIN.test(origin)) return;
  to.addOrigin({ keyId, origin, firstSeenAt, lastSeenAt, count: uses });
}

function addProbe(to: ObservationSet, columns: LogColumns, group: Group): void {
  const { place, lastSeenAt, count: attempts } = group;
  const { apiId, hint } = columns.subjects[numberAt(columns.subject, place)] ?? NOBODY;
  const address = proberOf(columns.texts[numberAt(columns.ip, place)] ?? '');
  if (address === null) return;
  to.addProbe({ apiId, address, hour: startOfHour(lastSeenAt), count: attempts, lastSeenAt, hint });
}

const NOBODY = { keyId: null, secretId: null, apiId: '', hint: null };

function toldBy(code: string): Tells {
  if (code === 'NOT_FOUND') return 'unknown';
  // With the permissions it asked for; a limit may have stood against it after that.
  if (USED_CODES.includes(code)) return 'used';
  if (TURNED_AWAY.includes(code)) return 'nothing';
  return verificationStatuses[code as VerificationCode] === 401 ? 'nothing' : 'letIn';
}

const numberAt = (column: ArrayLike<number>, place: number): number => column[place] ?? -1;
