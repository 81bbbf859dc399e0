export { ClavigerClient } from './claviger-client.ts';
export type {
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
  CreateKeyInput,
  Decision,
  Effective,
  Fault,
  Key,
  KeyCreated,
  List,
  Organization,
  PutApiInput,
  Refused,
  VerifyInput,
} from '@claviger/contract';
