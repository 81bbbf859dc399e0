import { deleted } from '../api-definition.ts';
import { bulkKeysBody, deleteKeysBody, keysTouched } from '../bulk.ts';
import {
  countKeysQuery,
  createKeyBody,
  key,
  keyChanged,
  keyCount,
  keyCreated,
  keyList,
  keyReplaced,
  keyParams,
  listKeysQuery,
  noBody,
  patchKeyBody,
  revokeKeyBody,
  rotateKeyBody,
  secretIssued,
  secretParams,
} from '../key.ts';
import {
  importKey,
  importKeysBody,
  importKeysDocument,
  importLine,
  keysImported,
} from '../import.ts';
import { BULK_BODY_LIMIT_BYTES } from '../operation.ts';
import { created, define, ok } from './define.ts';

const createKey = define({
  id: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  tag: 'Keys',
  summary: 'Create a key',
  description: 'The answer holds the secret: the only time it is shown.',
  permission: 'keys:write',
  freshSignIn: true,
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
  success: ok(keyList),
  problems: [],
});

const countKeys = define({
  id: 'countKeys',
  method: 'GET',
  path: '/v1/keys/count',
  tag: 'Keys',
  summary: 'Count keys',
  description: 'With the filters of the list. Counts to 100,000 and then says that there are more.',
  permission: 'keys:read',
  query: countKeysQuery,
  success: ok(keyCount),
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

const replaceKey = define({
  id: 'replaceKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/replace',
  tag: 'Keys',
  summary: 'Create a replacement',
  description:
    'A new key with what the old one has, but for the fields given, linked to it by `replacesKeyId`. Both are valid: move the traffic, look at `replaces.lastUsedAt` until it stands still, then revoke the old key. Its expiry is the API’s default, not the old key’s.',
  permission: 'keys:write',
  freshSignIn: true,
  params: keyParams,
  body: patchKeyBody,
  idempotent: true,
  success: created(keyReplaced),
  problems: ['KEY_NOT_FOUND', 'KEY_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const rotateKey = define({
  id: 'rotateKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/rotate',
  tag: 'Keys',
  summary: 'Rotate: a new secret beside the old one',
  description: 'The same key. The secrets there were stay valid until the overlap ends.',
  permission: 'keys:write',
  freshSignIn: true,
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
  freshSignIn: true,
  params: keyParams,
  body: noBody,
  idempotent: true,
  success: ok(secretIssued),
  problems: ['KEY_NOT_FOUND', 'KEY_REVOKED', 'KEY_EXPIRED', 'BEYOND_OWN_RIGHTS'],
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
  freshSignIn: true,
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
  freshSignIn: true,
  params: secretParams,
  success: ok(keyChanged),
  problems: ['KEY_NOT_FOUND', 'SECRET_NOT_FOUND', 'LAST_SECRET', 'BEYOND_OWN_RIGHTS'],
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

const deleteKeys = define({
  id: 'deleteKeys',
  method: 'POST',
  path: '/v1/keys/bulk-delete',
  tag: 'Keys',
  summary: 'Delete many keys',
  description:
    'Every key that the filter means, each as by its own call, with an audit event of its own. Gone for good: a dry run lists them first.',
  permission: 'keys:write',
  freshSignIn: true,
  body: deleteKeysBody,
  success: ok(keysTouched),
  problems: [],
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
  // Whoever imports a hash may know its secret.
  freshSignIn: true,
  body: importKeysBody,
  documentedBody: importKeysDocument,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  lines: { entry: importKey, answer: importLine },
  idempotent: true,
  success: ok(keysImported),
  problems: [],
});

export const keyOperations = {
  createKey,
  listKeys,
  countKeys,
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
  deleteKeys,
  importKeys,
} as const;
