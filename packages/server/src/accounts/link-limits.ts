import { StrangerLimits, type Clock } from '@claviger/core';

/** Tokens are too long to be guessed; these bound the work that trying makes. A valid one costs nothing. */
const INVITATIONS = { name: 'invitations', perAddress: 30, overall: 600 };
const RECOVERIES = { name: 'recoveries', perAddress: 30, overall: 600 };
/** Asking for a mail always costs: a stranger who asks for many e-mails finds out about none, and floods nobody. */
const RECOVERY_MAILS = { name: 'recovery-mails', perAddress: 5, overall: 60 };

/** What strangers may ask about links that work once. */
export interface LinkLimits {
  readonly invitations: StrangerLimits;
  readonly recoveries: StrangerLimits;
  readonly recoveryMails: StrangerLimits;
}

export const linkLimits = (clock: Clock): LinkLimits => ({
  invitations: new StrangerLimits(INVITATIONS, clock),
  recoveries: new StrangerLimits(RECOVERIES, clock),
  recoveryMails: new StrangerLimits(RECOVERY_MAILS, clock),
});
