import { StrangerLimits, type Clock } from '@claviger/core';

/** Tokens are too long to be guessed; this bounds the work that trying makes. A valid one costs nothing. */
const LIMITS = { name: 'invitations', perAddress: 30, overall: 600 };

export const invitationLimits = (clock: Clock): StrangerLimits => new StrangerLimits(LIMITS, clock);
