import { ROOT_ORGANIZATION_ID, type Recovery } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import type { RecoveryGrant, UserRecord } from '../ports/account-store.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '../times.ts';
import { hashOfLinkToken, newLinkToken } from './link-token.ts';
import { roleIn } from './member-places.ts';

/**
 * A mail is read soon or not at all; what an operator hands over may wait for a person. OWASP, "Forgot Password":
 * no longer than is needed.
 */
const LIVES_MS: Readonly<Record<RecoveryGrant['via'], number>> = {
  mail: HOUR_MS,
  operator: 24 * HOUR_MS,
};

/** Nobody's mailbox is filled by whoever knows their e-mail: so many mails in an hour, so far apart. */
export const MAIL_AGAIN_MS = 5 * MINUTE_MS;
export const MAX_MAILED = 3;

/** What whoever hands the link over is given: the token is stored nowhere. */
export interface RecoveryIssued {
  readonly recovery: Recovery;
  readonly token: string;
}

export function newRecovery(
  { id: userId, email }: UserRecord,
  fields: Pick<RecoveryGrant, 'via' | 'removesSecondFactor' | 'createdBy'>,
  nowMs: number,
): { readonly grant: RecoveryGrant; readonly issued: RecoveryIssued } {
  const token = newLinkToken();
  const grant = {
    tokenHash: hashOfLinkToken(token),
    userId,
    ...fields,
    createdAt: nowMs,
    expiresAt: nowMs + LIVES_MS[fields.via],
  };
  return { grant, issued: { recovery: presentRecovery(grant, email), token } };
}

export const presentRecovery = (
  { removesSecondFactor, expiresAt }: RecoveryGrant,
  email: string,
): Recovery => ({ email, removesSecondFactor, expiresAt: isoTime(expiresAt) });

/** A link is worth what whoever made it may still do: they may have kept it. */
export async function isStillGranted(
  reader: Parameters<typeof roleIn>[0],
  { via, createdBy }: RecoveryGrant,
): Promise<boolean> {
  if (via === 'mail' || createdBy.type !== 'user') return true;
  return (await roleIn(reader, ROOT_ORGANIZATION_ID, createdBy.id)) === 'operator';
}

/** One answer for all of it: a stranger with a guess learns nothing. */
export const recoveryNotValid = (): RefusedError =>
  new RefusedError(
    'RECOVERY_NOT_VALID',
    'This recovery link is not valid any more: it was used, replaced by a newer one, or is over; or a part of it is missing. Ask for a new one where you got it.',
  );
