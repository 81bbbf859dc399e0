import { randomBytes } from 'node:crypto';
import { openSecret, sealSecret } from '../idempotency/sealed-secret.ts';
import type { SealedSigningSecret, WebhookRecord } from '../ports/webhook-store.ts';
import type { Peppers } from '../tokens/digest.ts';

/** Standard Webhooks asks for 24 to 64; 32 are as many as the HMAC-SHA-256 they key has. */
const SECRET_BYTES = 32;

const PURPOSE = 'claviger webhook signing secret';

export const newSigningSecret = (): string =>
  `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** For the database, under a key made from the newest pepper: signing needs it again. */
export function sealSigningSecret(
  peppers: Peppers,
  secret: string,
  webhookId: string,
): SealedSigningSecret {
  const [key] = peppers.derive(PURPOSE);
  const [pepperVersion] = peppers.versions;
  if (key === undefined || pepperVersion === undefined) throw new Error('there is no pepper');
  return { sealed: sealSecret(secret, key, webhookId), pepperVersion };
}

/** Those that sign now, the current one first. Throws when one was sealed under a pepper that is gone. */
export function signingSecrets(
  peppers: Peppers,
  { id, secret, oldSecret }: WebhookRecord,
  nowMs: number,
): string[] {
  const old = oldSecret !== null && nowMs < oldSecret.expiresAt ? oldSecret : null;
  return [secret, old].flatMap((sealed) => (sealed === null ? [] : [open(peppers, sealed, id)]));
}

function open(
  peppers: Peppers,
  { sealed, pepperVersion }: SealedSigningSecret,
  webhookId: string,
): string {
  const key = peppers.derive(PURPOSE)[peppers.versions.indexOf(pepperVersion)];
  if (key === undefined) throw new Error(`pepper ${pepperVersion} is not configured`);
  return openSecret(sealed, key, webhookId);
}
