import { verificationCodes, type VerificationCode } from '@claviger/contract';

/** The position of each code in `verificationCodes`. */
export const codeIndex = Object.fromEntries(
  verificationCodes.map((code, index) => [code, index]),
) as Record<VerificationCode, number>;
