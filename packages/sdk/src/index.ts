export { ClavigerClient } from './claviger-client.ts';
export type {
  Issued,
  ListApisOptions,
  ListKeysOptions,
  ListOrganizationsOptions,
  RotateKeyOptions,
} from './claviger-client.ts';
export { ClavigerError, type ErrorCode } from './claviger-error.ts';
export type { Listing } from './listing.ts';
export type { ClientOptions } from './transport.ts';
export type {
  Accepted,
  Api,
  ApiChanged,
  CreateKeyInput,
  Decision,
  Deleted,
  Effective,
  Fault,
  Key,
  KeyChanged,
  KeyCreated,
  KeyReplaced,
  List,
  Organization,
  OrganizationChanged,
  PatchKey,
  PatchOrganization,
  PutApiInput,
  PutOrganization,
  Refused,
  RevokeKey,
  SecretIssued,
  VerifyInput,
} from '@claviger/contract';
