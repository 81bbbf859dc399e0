import { accountOperations } from './operations/account-operations.ts';
import { apiOperations } from './operations/api-operations.ts';
import { insightOperations } from './operations/insight-operations.ts';
import { auditOperations } from './operations/audit-operations.ts';
import { keyOperations } from './operations/key-operations.ts';
import { leakOperations } from './operations/leak-operations.ts';
import { logOperations } from './operations/log-operations.ts';
import { organizationOperations } from './operations/organization-operations.ts';
import { invitationOperations } from './operations/invitation-operations.ts';
import { memberOperations } from './operations/member-operations.ts';
import { recoveryOperations } from './operations/recovery-operations.ts';
import { usageOperations } from './operations/usage-operations.ts';
import { verificationOperations } from './operations/verification-operations.ts';
import { webhookOperations } from './operations/webhook-operations.ts';

/** Every operation, in the order of the reference. */
export const operations = {
  ...apiOperations,
  ...organizationOperations,
  ...keyOperations,
  ...verificationOperations,
  ...leakOperations,
  ...logOperations,
  ...usageOperations,
  ...insightOperations,
  ...auditOperations,
  ...webhookOperations,
  ...memberOperations,
  ...invitationOperations,
  ...accountOperations,
  ...recoveryOperations,
} as const;

export type Operations = typeof operations;
