import { DEFAULT_REMIND_DAYS, type Key } from '@claviger/contract';
import { presentKey } from '../keys/present-key.ts';
import type { ExpiringKey, ExpiringSecret, NewNotice } from '../ports/notice-store.ts';
import type { ApiRecord, KeyWithSecrets, SecretRecord } from '../ports/records.ts';
import { DAY_MS, HOUR_MS, isoTime, isoTimeOrNull } from '../times.ts';
import { noticeAbout } from './notice-of-event.ts';

/** Hours before the end of an overlap: time to plan for it, and the last moment. */
export const OVERLAP_HOURS: readonly number[] = [24, 1];

export const remindDaysOf = ({ definition: { expiry } }: ApiRecord): readonly number[] =>
  expiry?.remindDays ?? DEFAULT_REMIND_DAYS;

/**
 * The nearest of the thresholds – so long before the end – that has come; a late reminder is given for that one alone.
 * Null: none has come, it came before `since`, or the end itself is over.
 */
export function thresholdDue(
  thresholdsMs: readonly number[],
  { end, since, nowMs }: { readonly end: number; readonly since: number; readonly nowMs: number },
): number | null {
  if (end <= nowMs) return null;
  const come = thresholdsMs.filter((thresholdMs) => end - thresholdMs <= nowMs);
  const nearest = Math.min(...come);
  return come.length > 0 && end - nearest > since ? nearest : null;
}

/** `since`: whoever chose the expiry then knew that it is near. */
export function expiryReminder(
  { id, expiresAt, found }: ExpiringKey,
  api: ApiRecord,
  nowMs: number,
  since = found.key.createdAt,
): NewNotice | null {
  const thresholds = remindDaysOf(api).map((days) => days * DAY_MS);
  const dueMs = thresholdDue(thresholds, { end: expiresAt, since, nowMs });
  if (dueMs === null || found.key.state !== 'enabled') return null;
  const days = dueMs / DAY_MS;
  const notice = noticeAbout('key.expiring', presentKey(found, nowMs), timesOf(nowMs), { days });
  return { ...notice, reminder: { id: `expiring ${id} ${expiresAt} ${days}`, expiresAt } };
}

export function expiredNotice({ id, expiresAt, found }: ExpiringKey, nowMs: number): NewNotice {
  const key = presentKey(found, nowMs);
  const notice = noticeAbout('key.expired', key, { at: expiresAt, nowMs }, {});
  return { ...notice, reminder: { id: `expired ${id} ${expiresAt}`, expiresAt } };
}

/** Null also where nobody has used the old secret since the rotation: its end will hurt nobody. */
export function overlapReminder(
  { id, expiresAt, found }: ExpiringSecret,
  nowMs: number,
): NewNotice | null {
  const secret = found.secrets.find((one) => one.id === id);
  const rotatedAt = secret && rotationOf(secret, found);
  const usedAt = found.secretLastUsedAt.get(id) ?? null;
  if (rotatedAt === undefined || usedAt === null || usedAt <= rotatedAt) return null;
  const key: Key = presentKey(found, nowMs);
  const dueMs = thresholdDue(
    OVERLAP_HOURS.map((hours) => hours * HOUR_MS),
    { end: expiresAt, since: rotatedAt, nowMs },
  );
  if (dueMs === null || key.status !== 'active') return null;
  const hours = dueMs / HOUR_MS;
  const notice = noticeAbout('key.overlap_ending', key, timesOf(nowMs), {
    hours,
    secretId: id,
    endsAt: isoTime(expiresAt),
    lastUsedAt: isoTimeOrNull(usedAt),
  });
  return { ...notice, reminder: { id: `overlap ${id} ${expiresAt} ${hours}`, expiresAt } };
}

/** When the next secret came. */
function rotationOf(secret: SecretRecord, { secrets }: KeyWithSecrets): number | undefined {
  const later = secrets
    .filter(({ id, type }) => type === secret.type && id !== secret.id)
    .map(({ createdAt }) => createdAt)
    .filter((createdAt) => createdAt >= secret.createdAt);
  return later.length === 0 ? undefined : Math.min(...later);
}

const timesOf = (nowMs: number) => ({ at: nowMs, nowMs });
