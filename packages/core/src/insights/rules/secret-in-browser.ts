import { isLiveSecret } from '../../keys/present-key.ts';
import { findingAbout, type ExaminedKey, type Rule } from '../examined-key.ts';
import { presentOrigins } from '../present-seen.ts';

/** Whoever opens the page can read the secret. What was seen before the newest secret is dealt with. */
export const secretInBrowser: Rule = (examined) => {
  const { key, secrets, seen, since, nowMs } = examined;
  if (key.kind === 'publishable') return null;
  const live = secrets.filter((secret) => isLiveSecret(key.kind, secret, nowMs));
  const newest = Math.max(0, ...live.map(({ createdAt }) => createdAt));
  const origins = seen.origins.filter(
    ({ lastSeenAt }) => lastSeenAt >= since && lastSeenAt >= newest,
  );
  if (origins.length === 0) return null;
  const shown = presentOrigins(origins);
  return findingAbout('SECRET_IN_BROWSER', examined, {
    severity: 'high',
    title: `The secret of "${key.name}" is in a web page: ${shown.map(({ origin }) => origin).join(', ')}.`,
    evidence: { kind: key.kind, origins: shown },
    action: {
      summary: `${instead(examined)} Then rotate the secret: whoever opened the page may have it. Revoke it at once where it can do harm.`,
      method: 'POST',
      path: `/v1/keys/${key.id}/rotate`,
      body: { overlapSeconds: 86_400 },
      command: `claviger keys rotate ${key.id} --overlap 24h > new.key`,
    },
    since: Math.min(...origins.map(({ firstSeenAt }) => firstSeenAt)),
  });
};

function instead({ key, api }: ExaminedKey): string {
  if (key.kind === 'pair')
    return 'Leave the public half in the page, alone, and take the secret out.';
  if (api.definition.formats.publishable !== undefined) {
    return 'Put a publishable key into the page in its place.';
  }
  return 'Let the page ask a server of yours, which keeps the secret.';
}
