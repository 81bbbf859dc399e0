import { countOf } from '../../count-of.ts';
import { isoTime, isoTimeOrNull } from '../../times.ts';
import { findingAbout, lastSignOfLife, type Rule } from '../examined-key.ts';

/** A key that nobody uses can only be misused. */
export const unusedKey: Rule = (examined) => {
  const { key, lastUsedAt, days, since } = examined;
  const quietSince = lastSignOfLife(examined);
  if (quietSince >= since) return null;
  const howLong = `in ${countOf(days, 'day')}`;
  return findingAbout('UNUSED_KEY', examined, {
    severity: 'medium',
    title:
      lastUsedAt === null
        ? `"${key.name}" was never used, and is there for longer than ${countOf(days, 'day')}.`
        : `"${key.name}" was not used ${howLong}.`,
    evidence: {
      lastUsedAt: isoTimeOrNull(lastUsedAt),
      createdAt: isoTime(key.createdAt),
      days,
    },
    action: {
      summary: 'Switch it off. If somebody misses it, enable it again; if nobody does, revoke it.',
      method: 'POST',
      path: `/v1/keys/${key.id}/disable`,
      body: {},
      command: `claviger keys disable ${key.id}`,
    },
    since: quietSince,
  });
};
