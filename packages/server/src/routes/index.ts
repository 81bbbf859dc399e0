import type { Route } from '../http/route.ts';
import { bulkKeysRoute } from './bulk-keys.ts';
import { completeLogsRoute } from './complete-logs.ts';
import { createKeyRoute } from './create-key.ts';
import { deleteApiRoute } from './delete-api.ts';
import { deleteKeyRoute } from './delete-key.ts';
import { deleteOrganizationRoute } from './delete-organization.ts';
import { deleteResourceRoute } from './delete-resource.ts';
import { disableKeyRoute } from './disable-key.ts';
import { enableKeyRoute } from './enable-key.ts';
import { endSecretRoute } from './end-secret.ts';
import { exportLogsRoute } from './export-logs.ts';
import { exportAuditEventsRoute } from './export-audit-events.ts';
import { getApiRoute } from './get-api.ts';
import { getAuditEventRoute } from './get-audit-event.ts';
import { getKeyRoute } from './get-key.ts';
import { getLeakRulesRoute } from './get-leak-rules.ts';
import { getLogRoute } from './get-log.ts';
import { getMeRoute } from './get-me.ts';
import { getOrganizationRoute } from './get-organization.ts';
import { getResourceRoute } from './get-resource.ts';
import { identifyLeaksRoute } from './identify-leaks.ts';
import { getUsageRoute } from './get-usage.ts';
import { importKeysRoute } from './import-keys.ts';
import { listApisRoute } from './list-apis.ts';
import { listInsightsRoute } from './list-insights.ts';
import { listAuditEventsRoute } from './list-audit-events.ts';
import { countKeysRoute } from './count-keys.ts';
import { deleteKeysRoute } from './delete-keys.ts';
import { listKeysRoute } from './list-keys.ts';
import { listLogsRoute } from './list-logs.ts';
import { listOrganizationsRoute } from './list-organizations.ts';
import { listResourcesRoute } from './list-resources.ts';
import { patchKeyRoute } from './patch-key.ts';
import { patchOrganizationRoute } from './patch-organization.ts';
import { putApiRoute } from './put-api.ts';
import { putOrganizationRoute } from './put-organization.ts';
import { putResourceRoute } from './put-resource.ts';
import { regenerateKeyRoute } from './regenerate-key.ts';
import { replaceKeyRoute } from './replace-key.ts';
import { reportGithubLeaksRoute } from './report-github-leaks.ts';
import { reportLeaksRoute } from './report-leaks.ts';
import { revokeKeyRoute } from './revoke-key.ts';
import { revokeMeRoute } from './revoke-me.ts';
import { rotateKeyRoute } from './rotate-key.ts';
import { verifyBatchRoute } from './verify-batch.ts';
import { createWebhookRoute } from './create-webhook.ts';
import { listWebhooksRoute } from './list-webhooks.ts';
import { getWebhookRoute } from './get-webhook.ts';
import { patchWebhookRoute } from './patch-webhook.ts';
import { deleteWebhookRoute } from './delete-webhook.ts';
import { rotateWebhookSecretRoute } from './rotate-webhook-secret.ts';
import { testWebhookRoute } from './test-webhook.ts';
import { listDeliveriesRoute } from './list-deliveries.ts';
import { getDeliveryRoute } from './get-delivery.ts';
import { redeliverRoute } from './redeliver.ts';
import { listMembersRoute } from './list-members.ts';
import { patchMemberRoute } from './patch-member.ts';
import { removeMemberRoute } from './remove-member.ts';
import { leaveOrganizationRoute } from './leave-organization.ts';
import { createInvitationRoute } from './create-invitation.ts';
import { listInvitationsRoute } from './list-invitations.ts';
import { renewInvitationRoute } from './renew-invitation.ts';
import { revokeInvitationRoute } from './revoke-invitation.ts';
import { previewInvitationRoute } from './preview-invitation.ts';
import { acceptInvitationRoute } from './accept-invitation.ts';
import { setUpRoute } from './set-up.ts';
import { getAccountRoute } from './get-account.ts';
import { getSessionRoute } from './get-session.ts';
import { patchAccountRoute } from './patch-account.ts';
import { createRecoveryRoute } from './create-recovery.ts';
import { requestRecoveryRoute } from './request-recovery.ts';
import { previewRecoveryRoute } from './preview-recovery.ts';
import { takeRecoveryRoute } from './take-recovery.ts';
import { getSignInMethodsRoute } from './get-sign-in-methods.ts';

/** Every operation but verifyKey, which is served ahead of the framework: see http/hot-verify.ts. */
export const routes: readonly Route[] = [
  putApiRoute,
  listApisRoute,
  getApiRoute,
  deleteApiRoute,
  putOrganizationRoute,
  listOrganizationsRoute,
  getOrganizationRoute,
  patchOrganizationRoute,
  deleteOrganizationRoute,
  putResourceRoute,
  listResourcesRoute,
  getResourceRoute,
  deleteResourceRoute,
  createKeyRoute,
  listKeysRoute,
  // Ahead of the key of that name.
  countKeysRoute,
  getKeyRoute,
  patchKeyRoute,
  rotateKeyRoute,
  regenerateKeyRoute,
  replaceKeyRoute,
  disableKeyRoute,
  enableKeyRoute,
  revokeKeyRoute,
  deleteKeyRoute,
  endSecretRoute,
  bulkKeysRoute,
  deleteKeysRoute,
  importKeysRoute,
  verifyBatchRoute,
  getMeRoute,
  revokeMeRoute,
  reportLeaksRoute,
  reportGithubLeaksRoute,
  identifyLeaksRoute,
  getLeakRulesRoute,
  listLogsRoute,
  exportLogsRoute,
  getLogRoute,
  completeLogsRoute,
  getUsageRoute,
  listInsightsRoute,
  listAuditEventsRoute,
  getAuditEventRoute,
  exportAuditEventsRoute,
  createWebhookRoute,
  listWebhooksRoute,
  getWebhookRoute,
  patchWebhookRoute,
  deleteWebhookRoute,
  rotateWebhookSecretRoute,
  testWebhookRoute,
  listDeliveriesRoute,
  getDeliveryRoute,
  redeliverRoute,
  listMembersRoute,
  patchMemberRoute,
  removeMemberRoute,
  leaveOrganizationRoute,
  createInvitationRoute,
  listInvitationsRoute,
  renewInvitationRoute,
  revokeInvitationRoute,
  previewInvitationRoute,
  acceptInvitationRoute,
  setUpRoute,
  getSessionRoute,
  getSignInMethodsRoute,
  patchAccountRoute,
  createRecoveryRoute,
  requestRecoveryRoute,
  previewRecoveryRoute,
  takeRecoveryRoute,
  getAccountRoute,
];
