import { countOf } from '../../count-of.ts';
import { DEFAULT_REMIND_DAYS, type InsightAction } from '@claviger/contract';
import { remindDaysOf } from '../../notices/reminders.ts';
import { DAY_MS, isoTime, isoTimeOrNull } from '../../times.ts';
import { findingAbout, lastSignOfLife, type ExaminedKey, type Rule } from '../examined-key.ts';

/** For keys of APIs that set no end. */
const DEFAULT_LIFE_DAYS = 90;
const URGENT_DAYS = 3;

/** A key in use that ends soon, and that no other was created to replace. One that nobody uses may end. */
export const expiringKey: Rule = (examined) => {
  const { key, api, seen, nowMs, since, lastUsedAt } = examined;
  const { expiresAt } = key;
  const windowMs = remindWindowDays(api) * DAY_MS;
  if (expiresAt === null || expiresAt - nowMs > windowMs) return null;
  if (seen.replaced.includes(key.id) || lastSignOfLife(examined) < since) return null;
  const daysLeft = Math.floor((expiresAt - nowMs) / DAY_MS);
  return findingAbout('EXPIRING_KEY', examined, {
    severity: daysLeft < URGENT_DAYS ? 'high' : 'medium',
    title: `"${key.name}" expires ${daysLeft === 0 ? 'within a day' : `in ${countOf(daysLeft, 'day')}`}.`,
    evidence: {
      expiresAt: isoTime(expiresAt),
      daysLeft,
      lastUsedAt: isoTimeOrNull(lastUsedAt),
    },
    action: extension(examined, windowMs) ?? replacement(examined),
    since: expiresAt - windowMs,
  });
};

/** From the first reminder on; where the API wants none, from when others are reminded. */
export const remindWindowDays = (api: ExaminedKey['api']): number =>
  Math.max(0, ...remindDaysOf(api)) || Math.max(...DEFAULT_REMIND_DAYS);

/** Null where the API lets it live no longer than it would be reminded of again. */
function extension({ key, api, nowMs }: ExaminedKey, windowMs: number): InsightAction | null {
  const { defaultDays = null, maxDays = null } = api.definition.expiry ?? {};
  const wanted = nowMs + (defaultDays ?? maxDays ?? DEFAULT_LIFE_DAYS) * DAY_MS;
  const latest = maxDays === null ? Infinity : key.createdAt + maxDays * DAY_MS;
  const end = Math.min(wanted, latest);
  if (end <= nowMs + windowMs) return null;
  return {
    summary: 'Let it live longer, if it is still needed.',
    method: 'PATCH',
    path: `/v1/keys/${key.id}`,
    body: { expiresAt: isoTime(end) },
    command: `claviger keys update ${key.id} --expires ${isoTime(end)}`,
  };
}

function replacement({ key }: ExaminedKey): InsightAction {
  return {
    summary:
      'Create a replacement, which has a life of its own, and move its callers there: this one cannot live longer.',
    method: 'POST',
    path: `/v1/keys/${key.id}/replace`,
    body: {},
    command: `claviger keys replace ${key.id} > new.key`,
  };
}
