import { isLiveSecret } from '../../keys/present-key.ts';
import type { SecretRecord } from '../../ports/records.ts';
import { isoTime } from '../../times.ts';
import { findingAbout, type ExaminedKey, type Rule } from '../examined-key.ts';
import { presentCallers } from '../present-seen.ts';

/** A secret that a rotation replaced, and that was presented after it. Of several, the last one used. */
export const oldSecretInUse: Rule = (examined) => {
  const { key, secrets, secretLastUsedAt, nowMs } = examined;
  const live = secrets
    .filter((secret) => isLiveSecret(key.kind, secret, nowMs))
    .toSorted((a, b) => b.createdAt - a.createdAt);
  const replacedAt = live[0]?.createdAt ?? nowMs;
  const usedAt = ({ id }: SecretRecord) => secretLastUsedAt.get(id) ?? 0;
  const [old] = live
    .slice(1)
    .filter((secret) => secret.expiresAt !== null && usedAt(secret) > replacedAt)
    .toSorted((a, b) => usedAt(b) - usedAt(a));
  if (old === undefined || old.expiresAt === null) return null;
  return findingAbout('OLD_SECRET_IN_USE', examined, {
    severity: 'medium',
    title: `Somebody still uses the old secret ${old.hint} of "${key.name}", which ends ${isoTime(old.expiresAt)}.`,
    evidence: {
      secretId: old.id,
      hint: old.hint,
      replacedAt: isoTime(replacedAt),
      lastUsedAt: isoTime(usedAt(old)),
      endsAt: isoTime(old.expiresAt),
      callers: presentCallers(callersOf(examined, old, replacedAt)),
    },
    action: {
      summary: 'Give the new secret to whoever still uses the old one, then end the overlap.',
      method: 'DELETE',
      path: `/v1/keys/${key.id}/secrets/${old.id}`,
      body: null,
      command: `claviger keys end-secret ${key.id} ${old.id}`,
    },
    since: replacedAt,
  });
};

const callersOf = ({ seen }: ExaminedKey, { id }: SecretRecord, afterMs: number) =>
  seen.networks.filter(({ secretId, lastSeenAt }) => secretId === id && lastSeenAt > afterMs);
