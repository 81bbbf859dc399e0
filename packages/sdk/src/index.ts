export type { ExportAuditEventsOptions, ListAuditEventsOptions } from './audit-events-client.ts';
export { ClavigerClient } from './claviger-client.ts';
export type {
  Issued,
  ListApisOptions,
  ListKeysOptions,
  ListOrganizationsOptions,
  RotateKeyOptions,
} from './claviger-client.ts';
export { ClavigerError, type ErrorCode } from './claviger-error.ts';
export type { ImportOptions } from './import.ts';
export type { Listing } from './listing.ts';
export type { ListResourcesOptions } from './resources-client.ts';
export type { ClientOptions } from './transport.ts';
export type {
  Accepted,
  Api,
  ApiChanged,
  AuditEvent,
  BulkFailure,
  BulkKeysInput,
  CreateKeyInput,
  Decision,
  Deleted,
  Effective,
  Fault,
  ImportFailure,
  ImportKeyInput,
  ImportLine,
  ImportSummary,
  Key,
  KeyChanged,
  KeyCreated,
  KeyReplaced,
  KeysTouched,
  KeysImported,
  List,
  Organization,
  OrganizationChanged,
  PatchKey,
  PatchOrganization,
  PutApiInput,
  PutOrganization,
  PutResource,
  Refused,
  Resource,
  ResourceDeleted,
  ResourcePut,
  RevokeKey,
  SecretIssued,
  TouchedKey,
  VerifyInput,
} from '@claviger/contract';
