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
export type { LeakRulesOptions } from './leaks-client.ts';
export type { ListInsightsOptions } from './insights-client.ts';
export type { Listing } from './listing.ts';
export type {
  ExportLogsOptions,
  ListLogsOptions,
  LogCompletion,
  LogFilters,
} from './logs-client.ts';
export type { ListResourcesOptions } from './resources-client.ts';
export type { ClientOptions } from './transport.ts';
export type { UsageOptions } from './usage-client.ts';
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
  IdentifiedLeak,
  IdentifiedLeaks,
  ImportFailure,
  ImportKeyInput,
  ImportLine,
  ImportSummary,
  Insight,
  InsightAction,
  InsightKind,
  InsightOf,
  InsightsListed,
  Key,
  KeyChanged,
  KeyCreated,
  KeyReplaced,
  KeysTouched,
  KeysImported,
  LeakRule,
  LeakRules,
  LeaksReported,
  List,
  LogEntry,
  LogsCompleted,
  Organization,
  OrganizationChanged,
  PatchKey,
  PatchOrganization,
  PutApiInput,
  PutOrganization,
  PutResource,
  Refused,
  ReportLeaksInput,
  Resource,
  ResourceDeleted,
  ResourcePut,
  RevokeKey,
  SecretIssued,
  TouchedKey,
  Usage,
  UsageDimension,
  UsageInterval,
  UsageRow,
  VerificationCode,
  VerifyInput,
} from '@claviger/contract';
