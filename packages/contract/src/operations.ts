import type { z } from 'zod';
import {
  api,
  apiChanged,
  apiParams,
  deleted,
  listApisQuery,
  putApiBody,
} from './api-definition.ts';
import { bulkKeysBody, keysTouched } from './bulk.ts';
import {
  createKeyBody,
  key,
  keyChanged,
  keyCreated,
  keyReplaced,
  keyParams,
  listKeysQuery,
  noBody,
  patchKeyBody,
  revokeKeyBody,
  rotateKeyBody,
  secretIssued,
  secretParams,
} from './key.ts';
import {
  importKey,
  importKeysBody,
  importKeysDocument,
  importLine,
  keysImported,
} from './import.ts';
import { listOf } from './lists.ts';
import { BULK_BODY_LIMIT_BYTES, type Operation } from './operation.ts';
import {
  listOrganizationsQuery,
  organization,
  organizationChanged,
  organizationParams,
  patchOrganizationBody,
  putOrganizationBody,
} from './organization.ts';
import {
  listResourcesQuery,
  putResourceBody,
  resource,
  resourceDeleted,
  resourceParams,
  resourcePut,
  resourceTypeParams,
} from './resource.ts';
import { batchDecided, decision, verifyBatchBody, verifyBody } from './verification.ts';

const define = <const O extends Operation>(operation: O): O => operation;

const ok = <Schema extends z.ZodType>(schema: Schema) => ({ status: 200, schema }) as const;
const created = <Schema extends z.ZodType>(schema: Schema) => ({ status: 201, schema }) as const;

const putApi = define({
  id: 'putApi',
  method: 'PUT',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Define an API',
  description:
    'Creates or replaces the definition. A change that would leave keys without something they use is refused with how many they are.',
  permission: 'apis:write',
  params: apiParams,
  body: putApiBody,
  success: ok(apiChanged),
  problems: ['STILL_IN_USE', 'BUILT_IN'],
});

const listApis = define({
  id: 'listApis',
  method: 'GET',
  path: '/v1/apis',
  tag: 'APIs',
  summary: 'List APIs',
  permission: 'apis:read',
  query: listApisQuery,
  success: ok(listOf(api)),
  problems: [],
});

const getApi = define({
  id: 'getApi',
  method: 'GET',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Read an API',
  permission: 'apis:read',
  params: apiParams,
  success: ok(api),
  problems: ['API_NOT_FOUND'],
});

const deleteApi = define({
  id: 'deleteApi',
  method: 'DELETE',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Delete an API',
  description: 'Refused while it has keys.',
  permission: 'apis:write',
  params: apiParams,
  success: ok(deleted),
  problems: ['API_NOT_FOUND', 'STILL_IN_USE', 'BUILT_IN'],
});

const putOrganization = define({
  id: 'putOrganization',
  method: 'PUT',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Create or rename an organization',
  permission: 'organizations:write',
  params: organizationParams,
  body: putOrganizationBody,
  success: ok(organizationChanged),
  problems: ['BUILT_IN'],
});

const listOrganizations = define({
  id: 'listOrganizations',
  method: 'GET',
  path: '/v1/organizations',
  tag: 'Organizations',
  summary: 'List organizations',
  permission: 'organizations:read',
  query: listOrganizationsQuery,
  success: ok(listOf(organization)),
  problems: [],
});

const getOrganization = define({
  id: 'getOrganization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Read an organization',
  permission: 'organizations:read',
  params: organizationParams,
  success: ok(organization),
  problems: ['ORGANIZATION_NOT_FOUND'],
});

const patchOrganization = define({
  id: 'patchOrganization',
  method: 'PATCH',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Suspend, resume or rename an organization',
  description: 'While it is suspended, every key of it answers DISABLED.',
  permission: 'organizations:write',
  params: organizationParams,
  body: patchOrganizationBody,
  success: ok(organizationChanged),
  problems: ['ORGANIZATION_NOT_FOUND', 'BUILT_IN'],
});

const deleteOrganization = define({
  id: 'deleteOrganization',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Delete an organization',
  description: 'Refused while it has keys.',
  permission: 'organizations:write',
  params: organizationParams,
  success: ok(deleted),
  problems: ['ORGANIZATION_NOT_FOUND', 'STILL_IN_USE', 'BUILT_IN'],
});

const putResource = define({
  id: 'putResource',
  method: 'PUT',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Name a resource',
  description:
    'Creates or renames an entry of the directory: a name for people beside an id that keys are scoped to. Verifications do not use it.',
  permission: 'organizations:write',
  params: resourceParams,
  body: putResourceBody,
  success: ok(resourcePut),
  problems: ['ORGANIZATION_NOT_FOUND', 'BUILT_IN', 'RESOURCE_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const listResources = define({
  id: 'listResources',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/resources/{type}',
  tag: 'Organizations',
  summary: 'List the named resources of a type',
  permission: 'organizations:read',
  params: resourceTypeParams,
  query: listResourcesQuery,
  success: ok(listOf(resource)),
  problems: ['ORGANIZATION_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
});

const getResource = define({
  id: 'getResource',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Read a named resource',
  permission: 'organizations:read',
  params: resourceParams,
  success: ok(resource),
  problems: ['ORGANIZATION_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
});

const deleteResource = define({
  id: 'deleteResource',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Delete a named resource',
  description: 'Refused while keys that are not finally revoked are scoped to it.',
  permission: 'organizations:write',
  params: resourceParams,
  success: ok(resourceDeleted),
  problems: [
    'ORGANIZATION_NOT_FOUND',
    'RESOURCE_NOT_FOUND',
    'STILL_IN_USE',
    'BUILT_IN',
    'BEYOND_OWN_RIGHTS',
  ],
});

const createKey = define({
  id: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  tag: 'Keys',
  summary: 'Create a key',
  description: 'The answer holds the secret: the only time it is shown.',
  permission: 'keys:write',
  body: createKeyBody,
  idempotent: true,
  success: created(keyCreated),
  problems: ['API_NOT_FOUND', 'ORGANIZATION_NOT_FOUND', 'KEY_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const listKeys = define({
  id: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  tag: 'Keys',
  summary: 'List keys',
  description:
    'Filters combine with "and". Top-level entries of the metadata filter as `metadata.<name>=<value>`.',
  permission: 'keys:read',
  query: listKeysQuery,
  success: ok(listOf(key)),
  problems: [],
});

const getKey = define({
  id: 'getKey',
  method: 'GET',
  path: '/v1/keys/{keyId}',
  tag: 'Keys',
  summary: 'Read a key',
  permission: 'keys:read',
  params: keyParams,
  success: ok(key),
  problems: ['KEY_NOT_FOUND'],
});

const patchKey = define({
  id: 'patchKey',
  method: 'PATCH',
  path: '/v1/keys/{keyId}',
  tag: 'Keys',
  summary: 'Change a key',
  description: 'Changes the fields that are given, each as a whole.',
  permission: 'keys:write',
  params: keyParams,
  body: patchKeyBody,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'KEY_REVOKED', 'KEY_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const rotateKey = define({
  id: 'rotateKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/rotate',
  tag: 'Keys',
  summary: 'Rotate: a new secret beside the old one',
  description: 'The same key. The secrets there were stay valid until the overlap ends.',
  permission: 'keys:write',
  params: keyParams,
  body: rotateKeyBody,
  idempotent: true,
  success: ok(secretIssued),
  problems: [
    'KEY_NOT_FOUND',
    'KEY_REVOKED',
    'KEY_EXPIRED',
    'TOO_MANY_SECRETS',
    'BEYOND_OWN_RIGHTS',
  ],
});

const regenerateKey = define({
  id: 'regenerateKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/regenerate',
  tag: 'Keys',
  summary: 'Regenerate: a new secret instead of the old one',
  description: 'The same key. Every secret there was is dead when this returns.',
  permission: 'keys:write',
  params: keyParams,
  body: noBody,
  idempotent: true,
  success: ok(secretIssued),
  problems: ['KEY_NOT_FOUND', 'KEY_REVOKED', 'KEY_EXPIRED', 'BEYOND_OWN_RIGHTS'],
});

const replaceKey = define({
  id: 'replaceKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/replace',
  tag: 'Keys',
  summary: 'Create a replacement',
  description:
    'A new key with what the old one has, but for the fields given, linked to it by `replacesKeyId`. Both are valid: move the traffic, look at `replaces.lastUsedAt` until it stands still, then revoke the old key. Its expiry is the API’s default, not the old key’s.',
  permission: 'keys:write',
  params: keyParams,
  body: patchKeyBody,
  idempotent: true,
  success: created(keyReplaced),
  problems: ['KEY_NOT_FOUND', 'KEY_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const disableKey = define({
  id: 'disableKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/disable',
  tag: 'Keys',
  summary: 'Switch a key off',
  permission: 'keys:write',
  params: keyParams,
  body: noBody,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'KEY_REVOKED', 'BEYOND_OWN_RIGHTS'],
});

const enableKey = define({
  id: 'enableKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/enable',
  tag: 'Keys',
  summary: 'Switch a key on again',
  permission: 'keys:write',
  params: keyParams,
  body: noBody,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'KEY_REVOKED', 'BEYOND_OWN_RIGHTS'],
});

const revokeKey = define({
  id: 'revokeKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/revoke',
  tag: 'Keys',
  summary: 'Revoke a key',
  description:
    'Cuts off all access; the record and its history stay. Final, unless the API says "revocation": "reversible": then the key is inactive and enable restores it.',
  permission: 'keys:write',
  params: keyParams,
  body: revokeKeyBody,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const deleteKey = define({
  id: 'deleteKey',
  method: 'DELETE',
  path: '/v1/keys/{keyId}',
  tag: 'Keys',
  summary: 'Delete a key',
  description: 'Gone for good; its audit events and usage counts stay.',
  permission: 'keys:write',
  params: keyParams,
  success: ok(deleted),
  problems: ['KEY_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const endSecret = define({
  id: 'endSecret',
  method: 'DELETE',
  path: '/v1/keys/{keyId}/secrets/{secretId}',
  tag: 'Keys',
  summary: 'End an overlap early',
  description: 'The replaced secret is dead when this returns.',
  permission: 'keys:write',
  params: secretParams,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'SECRET_NOT_FOUND', 'LAST_SECRET', 'BEYOND_OWN_RIGHTS'],
});

const importKeys = define({
  id: 'importKeys',
  method: 'POST',
  path: '/v1/keys/import',
  tag: 'Keys',
  summary: 'Import keys issued elsewhere',
  description:
    'From their SHA-256 hashes: the keys go on working and nobody has to see them. Each entry stands alone: it is imported as a whole, or listed under `failed` with what is wrong. As `application/x-ndjson`, with one entry a line, up to 1,000,000 lines are answered while they are sent: read the answer meanwhile. It ends with the summary; without one, it broke off, and can be sent again: what is here already fails as `ALREADY_KNOWN`.',
  permission: 'keys:write',
  body: importKeysBody,
  documentedBody: importKeysDocument,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  lines: { entry: importKey, answer: importLine },
  idempotent: true,
  success: ok(keysImported),
  problems: [],
});

const bulkKeys = define({
  id: 'bulkKeys',
  method: 'POST',
  path: '/v1/keys/bulk',
  tag: 'Keys',
  summary: 'Revoke, disable or enable many keys',
  description:
    'Every key that the filter means, each as by its own call, with an audit event of its own; a dry run lists them first. Keys that are as wanted already stay as they are, so a run that broke off is finished by the same call again.',
  permission: 'keys:write',
  body: bulkKeysBody,
  success: ok(keysTouched),
  problems: [],
});

const verifyKey = define({
  id: 'verifyKey',
  method: 'POST',
  path: '/v1/keys/verify',
  tag: 'Verification',
  summary: 'Verify a presented key',
  description:
    'Answers 200 for every decision; its `status` is what the protected API should answer. The codes are decided in the order of the enumeration, first match wins.',
  permission: 'keys:verify',
  body: verifyBody,
  success: ok(decision),
  problems: ['API_NOT_FOUND', 'OVERLOADED'],
});

const verifyBatch = define({
  id: 'verifyBatch',
  method: 'POST',
  path: '/v1/keys/verify-batch',
  tag: 'Verification',
  summary: 'Verify up to 1,000 presented keys',
  permission: 'keys:verify',
  body: verifyBatchBody,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  success: ok(batchDecided),
  problems: ['API_NOT_FOUND', 'OVERLOADED'],
});

const getMe = define({
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  tag: 'For any key',
  summary: 'Who am I?',
  description: 'The presented key describes itself: a harmless first request.',
  permission: 'any',
  success: ok(key),
  problems: [],
});

const revokeMe = define({
  id: 'revokeMe',
  method: 'POST',
  path: '/v1/me/revoke',
  tag: 'For any key',
  summary: 'Revoke the presented key',
  description:
    'The holder of a leaked key switches it off. Refused for public keys, which anyone can read.',
  permission: 'any',
  body: revokeKeyBody,
  success: ok(keyChanged),
  problems: ['NOT_A_SECRET_KEY'],
});

export const operations = {
  putApi,
  listApis,
  getApi,
  deleteApi,
  putOrganization,
  listOrganizations,
  getOrganization,
  patchOrganization,
  deleteOrganization,
  putResource,
  listResources,
  getResource,
  deleteResource,
  createKey,
  listKeys,
  getKey,
  patchKey,
  replaceKey,
  rotateKey,
  regenerateKey,
  disableKey,
  enableKey,
  revokeKey,
  deleteKey,
  endSecret,
  bulkKeys,
  importKeys,
  verifyKey,
  verifyBatch,
  getMe,
  revokeMe,
} as const;

export type Operations = typeof operations;
