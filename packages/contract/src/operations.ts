import { apiOperations } from './operations/api-operations.ts';
import { keyOperations } from './operations/key-operations.ts';
import { organizationOperations } from './operations/organization-operations.ts';
import { verificationOperations } from './operations/verification-operations.ts';
import { webhookOperations } from './operations/webhook-operations.ts';

/** Every operation, in the order of the reference. */
export const operations = {
  ...apiOperations,
  ...organizationOperations,
  ...keyOperations,
  ...verificationOperations,
  ...webhookOperations,
} as const;

export type Operations = typeof operations;
