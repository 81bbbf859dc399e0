import { countOf } from '../../count-of.ts';
import { isoTime } from '../../times.ts';
import {
  findingAbout,
  grantsOfKey,
  unrecorded,
  type ExaminedKey,
  type Rule,
} from '../examined-key.ts';

/**
 * Least privilege. Silent where it could be wrong: the log did not watch all the time, the key or its
 * preset was changed meanwhile, or somebody lets the key in without asking for a permission and decides
 * from the answer.
 */
export const unusedPermission: Rule = (examined) => {
  const { key, days, since, observedSince } = examined;
  if (observedSince === null || observedSince > since || isUnsettled(examined)) return null;
  const uses = examined.seen.permissions.filter(({ lastUsedAt }) => lastUsedAt >= since);
  if (uses.some(({ permission }) => permission === '')) return null;
  const held = grantsOfKey(examined);
  const used = uses.filter(({ permission }) => held.includes(permission));
  const wanted = held.filter(
    (id) => unrecorded(examined).includes(id) || used.some(({ permission }) => permission === id),
  );
  const unused = held.filter((id) => !wanted.includes(id));
  // A key needs one permission at least.
  if (unused.length === 0 || wanted.length === 0) return null;
  const noPreset = key.preset === null ? '' : ' --no-preset';
  return findingAbout('UNUSED_PERMISSION', examined, {
    severity: 'medium',
    title: `"${key.name}" did not use ${countOf(unused.length, 'permission')} of ${held.length} in ${countOf(days, 'day')}: ${unused.join(', ')}.`,
    evidence: {
      unused,
      used: used
        .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
        .map(({ permission, lastUsedAt }) => ({ permission, lastUsedAt: isoTime(lastUsedAt) })),
      preset: key.preset,
      days,
      observedSince: isoTime(observedSince),
    },
    action: {
      summary: 'Take away what it does not use. It can be given back at any time.',
      method: 'PATCH',
      path: `/v1/keys/${key.id}`,
      body: { permissions: wanted, ...(key.preset !== null && { preset: null }) },
      command: `claviger keys update ${key.id} --permission ${wanted.join(',')}${noPreset}`,
    },
    since,
  });
};

/** Not in use, too young, or with permissions that it may have only just been given. */
function isUnsettled({ key, api, lastUsedAt, since }: ExaminedKey): boolean {
  if (lastUsedAt === null || lastUsedAt < since || key.updatedAt > since) return true;
  return key.preset !== null && api.updatedAt > since;
}
