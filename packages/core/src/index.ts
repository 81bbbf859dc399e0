export * from './check-peppers.ts';
export * from './claviger.ts';
export * from './context.ts';
export * from './errors.ts';
export * from './root-keys.ts';
export * from './scope.ts';
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
export { bulkKeys } from './keys/bulk-keys.ts';
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
export { getKey, listKeys } from './keys/read-keys.ts';
export { regenerateKey } from './keys/regenerate-key.ts';
export { replaceKey } from './keys/replace-key.ts';
export { revokeKey } from './keys/revoke-key.ts';
export { rotateKey } from './keys/rotate-key.ts';
export { disableKey, enableKey } from './keys/switch-key.ts';
export { updateKey } from './keys/update-key.ts';
export { systemClock, type Clock } from './ports/clock.ts';
export { noCourier, type Courier, type CourierReport, type Parcel } from './ports/courier.ts';
export type { Storage } from './ports/storage.ts';
export { Peppers, type Pepper } from './tokens/digest.ts';
export { grantsOf } from './verification/entries.ts';
export {
  addressFault,
  canonicalAddress,
  compileAddresses,
  type AddressMatcher,
} from './verification/addresses.ts';
export { presentJudgement, type Identified, type Judgement } from './verification/verifier.ts';
export { firstBrokenLink, CHAIN_START } from './audit/chain.ts';
export { isWellFormed as looksLikeToken } from './tokens/parse-token.ts';
