import { verificationStatuses, type VerificationCode } from '@claviger/contract';
import type { LogColumns } from '../logs/log-columns.ts';
import type { Seen } from '../ports/insight-store.ts';
import { networkOf, proberOf } from './network-of.ts';
import type { ObservationSet } from './observation-set.ts';

const HOUR_MS = 3_600_000;

/** What an entry tells by its code. */
const NOTHING = 0;
/** The key was let in, but not with what it asked for. */
const LET_IN = 1;
/** It was let in with the permissions it asked for; a limit may have stood against it after that. */
const USED = 2;
/** In the hour of the first entry; the one after it, which a chunk may reach into, follows. */
const UNKNOWN = 3;
const KINDS = 5;

const USED_CODES: readonly string[] = ['VALID', 'RATE_LIMITED', 'QUOTA_EXCEEDED'];
/** Where it came from was refused: that is no use from there. */
const TURNED_AWAY: readonly string[] = ['ORIGIN_NOT_ALLOWED', 'IP_NOT_ALLOWED'];

/** Browsers send ASCII (Fetch, 3.2); what is longer than any host is no browser's. */
const ORIGIN = /^[\x21-\x7e]{1,300}$/;
const MAX_USER_AGENT = 200;

/** Entries that tell the same. */
interface Group extends Seen {
  lastSeenAt: number;
  count: number;
  /** Of the last one. */
  place: number;
}

/**
 * Adds what the entries from a place on say of keys and callers. Entries that say the same are put
 * together by the small numbers that stand for their values, so that each costs one look-up.
 */
export function observe(to: ObservationSet, columns: LogColumns, fromPlace: number): void {
  for (const [code, group] of groupsIn(columns, fromPlace)) {
    const kind = code % KINDS;
    if (kind >= UNKNOWN) addProbe(to, columns, group);
    else addUse(to, columns, group, kind === USED);
  }
}

function groupsIn(columns: LogColumns, fromPlace: number): Map<number, Group> {
  const { at, subject, code, permissions, origin, ip, permissionSets, texts } = columns;
  const kinds = columns.codes.map(kindOf);
  const groups = new Map<number, Group>();
  const [sets, values] = [permissionSets.length, texts.length + 1];
  const nextHour = hourOf(at[fromPlace] ?? 0) + HOUR_MS;
  for (let place = fromPlace; place < at.length; place++) {
    const kind = kinds[numberAt(code, place)] ?? NOTHING;
    if (kind === NOTHING) continue;
    const ms = numberAt(at, place);
    const who = numberAt(subject, place) * sets + numberAt(permissions, place);
    const where = (numberAt(ip, place) + 1) * values + numberAt(origin, place) + 1;
    // At most 2,000 subjects and sets and 10,000 texts: exact in a double.
    const what = kind === UNKNOWN && ms >= nextHour ? UNKNOWN + 1 : kind;
    const slot = (who * values * values + where) * KINDS + what;
    const known = groups.get(slot);
    if (known === undefined) {
      groups.set(slot, { firstSeenAt: ms, lastSeenAt: ms, count: 1, place });
    } else {
      known.lastSeenAt = ms;
      known.count++;
      known.place = place;
    }
  }
  return groups;
}

function addUse(to: ObservationSet, columns: LogColumns, group: Group, isUse: boolean): void {
  const { subjects, permissionSets, texts } = columns;
  const { place, firstSeenAt, lastSeenAt, count } = group;
  const { keyId, secretId } = subjects[numberAt(columns.subject, place)] ?? NOBODY;
  if (keyId === null) return;
  if (isUse) {
    const asked = permissionSets[numberAt(columns.permissions, place)] ?? [];
    for (const permission of asked.length === 0 ? [''] : asked) {
      to.addPermission({ keyId, permission, lastUsedAt: lastSeenAt });
    }
  }
  // A public key is there to be used from anywhere, and in browsers.
  if (secretId === null) return;
  const seen = { firstSeenAt, lastSeenAt, count };
  const network = networkOf(texts[numberAt(columns.ip, place)] ?? '');
  if (network !== null) {
    const userAgent = texts[numberAt(columns.userAgent, place)]?.slice(0, MAX_USER_AGENT) ?? null;
    to.addNetwork({
      keyId,
      secretId,
      network,
      ...seen,
      userAgent: userAgent?.toWellFormed() ?? null,
    });
  }
  const origin = texts[numberAt(columns.origin, place)];
  if (origin !== undefined && ORIGIN.test(origin)) to.addOrigin({ keyId, origin, ...seen });
}

function addProbe(to: ObservationSet, columns: LogColumns, group: Group): void {
  const { place, lastSeenAt, count } = group;
  const { apiId, hint } = columns.subjects[numberAt(columns.subject, place)] ?? NOBODY;
  const address = proberOf(columns.texts[numberAt(columns.ip, place)] ?? '');
  if (address === null) return;
  to.addProbe({ apiId, address, hour: hourOf(lastSeenAt), count, lastSeenAt, hint });
}

const NOBODY = { keyId: null, secretId: null, apiId: '', hint: null };

function kindOf(code: string): number {
  if (code === 'NOT_FOUND') return UNKNOWN;
  if (USED_CODES.includes(code)) return USED;
  if (TURNED_AWAY.includes(code)) return NOTHING;
  return verificationStatuses[code as VerificationCode] === 401 ? NOTHING : LET_IN;
}

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

const numberAt = (column: ArrayLike<number>, place: number): number => column[place] ?? -1;
