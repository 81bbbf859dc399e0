export * from './check-peppers.ts';
export * from './claviger.ts';
export * from './context.ts';
export * from './errors.ts';
export * from './root-keys.ts';
export * from './scope.ts';
export {
  accountExists,
  joinByInvitation,
  signUpByInvitation,
} from './accounts/accept-invitation.ts';
export { changeMember } from './accounts/change-member.ts';
export { createInvitation, type InvitationIssued } from './accounts/create-invitation.ts';
export { createUser } from './accounts/create-user.ts';
export { forgetInvitations } from './accounts/forget-invitations.ts';
export { leaveOrganization } from './accounts/leave-organization.ts';
export { putMember } from './accounts/put-member.ts';
export {
  findOpenInvitation,
  listInvitations,
  previewInvitation,
} from './accounts/read-invitations.ts';
export { listMembers } from './accounts/read-members.ts';
export { removeMember } from './accounts/remove-member.ts';
export { renewInvitation } from './accounts/renew-invitation.ts';
export { revokeInvitation } from './accounts/revoke-invitation.ts';
export { renameUser } from './accounts/rename-user.ts';
export { readSession } from './accounts/read-session.ts';
export { recordSignIn, type SignInAction, type SignInMethod } from './accounts/record-sign-in.ts';
export { assertSetUpOpen, openSetUp, setUp } from './accounts/set-up.ts';
export type { Stranger } from './accounts/stranger.ts';
export { createRecovery } from './accounts/create-recovery.ts';
export type { RecoveryIssued } from './accounts/recovery-rules.ts';
export { requestRecovery, withdrawRecovery } from './accounts/request-recovery.ts';
export { forgetRecoveries, previewRecovery, takeRecovery } from './accounts/take-recovery.ts';
export type { UserRecord } from './ports/account-store.ts';
export { organizationNotFound } from './organizations/organization-rules.ts';
export { deleteApi } from './apis/delete-api.ts';
export { putApi } from './apis/put-api.ts';
export { getApi, listApis } from './apis/read-apis.ts';
export { deleteOrganization } from './organizations/delete-organization.ts';
export { patchOrganization } from './organizations/patch-organization.ts';
export { putOrganization } from './organizations/put-organization.ts';
export { getOrganization, listOrganizations } from './organizations/read-organizations.ts';
export { Idempotency } from './idempotency/idempotency.ts';
export type { Once } from './idempotency/once.ts';
export type { IdempotentRequest } from './idempotency/request-names.ts';
export { deleteResource } from './resources/delete-resource.ts';
export { putResource } from './resources/put-resource.ts';
export { getResource, listResources } from './resources/read-resources.ts';
export { listInsights } from './insights/list-insights.ts';
export { createWebhook } from './notices/create-webhook.ts';
export { deleteWebhook } from './notices/delete-webhook.ts';
export { Dispatcher, type AttemptResult } from './notices/dispatcher.ts';
export { isOpened, isReachable } from './notices/reachable-address.ts';
export { getDelivery, listDeliveries } from './notices/read-deliveries.ts';
export { getWebhook, listWebhooks } from './notices/read-webhooks.ts';
export { redeliver } from './notices/redeliver.ts';
export { rotateWebhookSecret } from './notices/rotate-webhook-secret.ts';
export { testWebhook } from './notices/test-webhook.ts';
export { updateWebhook } from './notices/update-webhook.ts';
export { bulkKeys, deleteKeys } from './keys/bulk-keys.ts';
export { createKey } from './keys/create-key.ts';
export { deleteKey } from './keys/delete-key.ts';
export { endSecret } from './keys/end-secret.ts';
export {
  importFailureOf,
  importKeys,
  MAX_IMPORT_BATCH,
  type ImportedBatch,
  type ImportOutcome,
} from './keys/import-keys.ts';
export { countKeys, getKey, listKeys } from './keys/read-keys.ts';
export { regenerateKey } from './keys/regenerate-key.ts';
export { replaceKey } from './keys/replace-key.ts';
export { revokeKey } from './keys/revoke-key.ts';
export { rotateKey } from './keys/rotate-key.ts';
export { disableKey, enableKey } from './keys/switch-key.ts';
export { updateKey } from './keys/update-key.ts';
export { bloomFilter, mayHold } from './logs/bloom-filter.ts';
export { decodeLogColumns, encodeLogColumns } from './logs/log-codec.ts';
export type { LogColumns, LogSubject } from './logs/log-columns.ts';
export type { LogSource } from './logs/log-chunk.ts';
export type { Completion } from './logs/log-completer.ts';
export { loggedAddress, type Detail, type LogPolicy } from './logs/log-policy.ts';
export { LogRecorder, type PresentedCredential } from './logs/log-recorder.ts';
export { coversSubject } from './logs/log-scope.ts';
export { logIdAt, newChunkId, parseLogId } from './logs/log-ids.ts';
export { completeLogs } from './logs/complete-logs.ts';
export { exportLogs, getLog, listLogs } from './logs/read-logs.ts';
export { logTerm, termsOf } from './logs/log-terms.ts';
export {
  MAX_CHUNKS_READ,
  type LogChunkHead,
  type LogCompletion,
  type LogStore,
} from './ports/log-store.ts';
export { systemClock, type Clock } from './ports/clock.ts';
export type { AuditEnd, AuditLog } from './ports/audit-log.ts';
export { noCourier, type Courier, type CourierReport, type Parcel } from './ports/courier.ts';
export type { Storage } from './ports/storage.ts';
export { Peppers, type Pepper } from './tokens/digest.ts';
export { grantsOf } from './verification/entries.ts';
export { compileAddresses, type AddressMatcher } from './verification/addresses.ts';
export { presentJudgement, type Identified, type Judgement } from './verification/verifier.ts';
export { CHAIN_START, type ChainEnd } from './audit/chain.ts';
export { firstBrokenLink, type ChainFault } from './audit/chain-check.ts';
export {
  ed25519PublicKey,
  keyIdOf,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  type Checkpoint,
} from './audit/checkpoint.ts';
export { eventOfPresented } from './audit/present-event.ts';
export {
  ChainVerifier,
  verifyAuditLog,
  type ChainMark,
  type ChainReport,
} from './audit/verify-chain.ts';
export { exportAuditEvents, getAuditEvent, listAuditEvents } from './audit/read-audit-events.ts';
export { isWellFormed as looksLikeToken } from './tokens/parse-token.ts';
export { findTokens, TokenFinder, type FoundToken } from './tokens/token-finder.ts';
export { tokenHint } from './tokens/generate-token.ts';
export type { Finding } from './leaks/leak-desk.ts';
export { recordableUrl } from './leaks/masked-text.ts';
export { StrangerLimits, type Admission } from './leaks/stranger-limits.ts';
export type { LimitAsk } from './ports/rate-limiter.ts';
export { MemoryRateLimiter } from './rate-limits/memory-rate-limiter.ts';
export { getLeakRules } from './leaks/get-leak-rules.ts';
export { identifyLeaks } from './leaks/identify-leaks.ts';
export { readUsage } from './usage/read-usage.ts';
