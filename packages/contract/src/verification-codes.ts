/**
 * The outcomes of a verification in the order they are decided, each with the HTTP status that the
 * protected API should answer. One closed set: nothing else maps a code to a status.
 */
export const verificationStatuses = {
  VALID: 200,
  NOT_FOUND: 401,
  REVOKED: 401,
  DISABLED: 401,
  NOT_YET_VALID: 401,
  EXPIRED: 401,
  ENVIRONMENT_MISMATCH: 401,
  ORGANIZATION_MISMATCH: 403,
  ORIGIN_NOT_ALLOWED: 403,
  IP_NOT_ALLOWED: 403,
  RESOURCE_NOT_ALLOWED: 403,
  INSUFFICIENT_PERMISSIONS: 403,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
} as const;

export type VerificationCode = keyof typeof verificationStatuses;
export type RefusalCode = Exclude<VerificationCode, 'VALID'>;

export const verificationCodes = Object.keys(verificationStatuses) as [
  VerificationCode,
  ...VerificationCode[],
];
export const refusalCodes = verificationCodes.filter((code) => code !== 'VALID') as [
  RefusalCode,
  ...RefusalCode[],
];
