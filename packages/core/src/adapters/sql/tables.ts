import type { Kysely, Transaction } from 'kysely';
import type { Storage } from '../../ports/storage.ts';

/** The columns as both drivers read them back. Times are milliseconds; JSON is text. */
export interface Tables {
  apis: ApisTable;
  organizations: OrganizationsTable;
  keys: KeysTable;
  secrets: SecretsTable;
  key_last_uses: LastUsesTable;
  secret_last_uses: LastUsesTable;
  key_credits: KeyCreditsTable;
  resources: ResourcesTable;
  usage_counts: UsageCountsTable;
  log_chunks: LogChunksTable;
  log_completions: LogCompletionsTable;
  saved_rate_limits: SavedRateLimitsTable;
  idempotent_answers: IdempotentAnswersTable;
  leak_reports: LeakReportsTable;
  account_users: AccountUsersTable;
  account_credentials: AccountCredentialsTable;
  account_setup: AccountSetupTable;
  members: MembersTable;
  invitations: InvitationsTable;
  account_recoveries: AccountRecoveriesTable;
  account_sessions: OfAccountTable;
  account_second_factors: OfAccountTable;
  changes: ChangesTable;
  key_permission_uses: KeyPermissionUsesTable;
  key_networks: KeyNetworksTable;
  key_browser_origins: KeyBrowserOriginsTable;
  probes: ProbesTable;
  insight_watch: InsightWatchTable;
  audit_events: AuditEventsTable;
  peppers: PeppersTable;
  webhooks: WebhooksTable;
  notices: NoticesTable;
  deliveries: DeliveriesTable;
  reminders: RemindersTable;
  notice_positions: NoticePositionsTable;
  heads: HeadsTable;
}

export type Sql = Kysely<Tables>;

/** A storage with the connection it is over, for the sign-in library: on SQLite there is exactly one. */
export interface SqlStorage extends Storage {
  readonly sql: Sql;
}

export type SqlTransactionHandle = Transaction<Tables>;

export interface ApisTable {
  id: string;
  definition: string;
  created_at: number;
  updated_at: number;
}

export interface OrganizationsTable {
  id: string;
  name: string;
  suspended: number;
  created_at: number;
  updated_at: number;
}

export interface KeysTable {
  id: string;
  api_id: string;
  organization_id: string;
  environment: string;
  kind: string;
  name: string;
  description: string | null;
  hint: string;
  public_key: string | null;
  permissions: string;
  preset: string | null;
  allowed_origins: string;
  allowed_ips: string;
  resources: string;
  rate_limits: string;
  metered: number;
  owner_id: string | null;
  replaces_key_id: string | null;
  state: string;
  not_before: number | null;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_reason: string | null;
  created_at: number;
  created_by_type: string;
  created_by_id: string;
  updated_at: number;
  metadata: string;
}

export interface SecretsTable {
  id: string;
  key_id: string;
  type: string;
  digest: Buffer;
  pepper_version: number;
  hint: string;
  created_at: number;
  expires_at: number | null;
  ended_at: number | null;
}

export interface KeyCreditsTable {
  key_id: string;
  remaining: number;
  refill_amount: number | null;
  refill_interval: string | null;
  refilled_at: number;
}

export interface ResourcesTable {
  organization_id: string;
  type: string;
  id: string;
  name: string;
  created_at: number;
  updated_at: number;
}

export interface LastUsesTable {
  id: string;
  used_at: number;
}

export interface UsageCountsTable {
  hour: number;
  key_id: string;
  api_id: string;
  organization_id: string;
  environment: string;
  code: string;
  count: number;
}

export interface LogChunksTable {
  id: string;
  from_at: number;
  to_at: number;
  entry_count: number;
  filter: Buffer;
  entries: Buffer;
}

export interface LogCompletionsTable {
  chunk_id: string;
  entries: string;
}

export interface SavedRateLimitsTable {
  one: number;
  state: string;
}

export interface IdempotentAnswersTable {
  id: string;
  fingerprint: string;
  answer: string;
  secret: string | null;
  created_at: number;
}

export interface LeakReportsTable {
  secret_id: string;
  reporter: string;
  reported_at: number;
}

export interface ChangesTable {
  seq: number;
  change_id: string;
  scope: string;
  id: string;
  digests: string;
}

export interface AuditEventsTable {
  sequence: number;
  id: string;
  at: number;
  actor: string;
  action: string;
  target_type: string;
  target_id: string;
  target_api_id: string | null;
  target_organization_id: string | null;
  target_environment: string | null;
  before: string | null;
  after: string | null;
  ip: string | null;
  request_id: string | null;
  previous_hash: string;
  hash: string;
}

export interface KeyPermissionUsesTable {
  key_id: string;
  permission: string;
  last_used_at: number;
}

export interface KeyNetworksTable {
  key_id: string;
  secret_id: string;
  network: string;
  first_seen_at: number;
  last_seen_at: number;
  count: number;
  user_agent: string | null;
}

export interface KeyBrowserOriginsTable {
  key_id: string;
  origin: string;
  first_seen_at: number;
  last_seen_at: number;
  count: number;
}

export interface ProbesTable {
  api_id: string;
  address: string;
  hour: number;
  count: number;
  last_seen_at: number;
  hint: string | null;
}

export interface InsightWatchTable {
  one: number;
  since: number;
}

export interface PeppersTable {
  version: number;
  fingerprint: string;
}

export interface HeadsTable {
  one: number;
  seq: number;
  change_id: string;
  audit_sequence: number;
  audit_hash: string;
  /** Random, made once: tells two databases apart. */
  instance: string;
  held: number;
}

export interface WebhooksTable {
  id: string;
  url: string;
  events: string;
  api_id: string | null;
  organization_id: string | null;
  environment: string | null;
  description: string | null;
  enabled: number;
  disabled_reason: string | null;
  secret: string | null;
  secret_pepper_version: number | null;
  old_secret: string | null;
  old_secret_pepper_version: number | null;
  old_secret_expires_at: number | null;
  failing_since: number | null;
  audit_sequence: number;
  created_at: number;
  updated_at: number;
}

export interface NoticesTable {
  id: string;
  type: string;
  body: string;
  created_at: number;
}

export interface DeliveriesTable {
  id: string;
  notice_id: string;
  webhook_id: string;
  type: string;
  status: string;
  tries: number;
  attempts: string;
  next_attempt_at: number | null;
  claimed_until: number | null;
  created_at: number;
}

export interface RemindersTable {
  id: string;
  expires_at: number;
}

export interface NoticePositionsTable {
  one: number;
  audit_sequence: number;
  looked_until: number | null;
}

/** Times are ISO 8601 in the tables that the sign-in library writes. Its others are its own alone. */
export interface AccountUsersTable {
  id: string;
  name: string;
  email: string;
  email_verified: number;
  operator: number;
  /** The sign-in library’s. */
  two_factor_enabled: number;
  created_at: string;
  updated_at: string;
  /** Ours, and so in milliseconds. */
  last_sign_in_at: number | null;
}

export interface AccountCredentialsTable {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
  password: string | null;
  created_at: string;
  updated_at: string;
}

export interface AccountSetupTable {
  one: number;
  token_hash: string;
  expires_at: number;
}

export interface AccountRecoveriesTable {
  token_hash: string;
  user_id: string;
  via: string;
  removes_second_factor: number;
  created_by_type: string;
  created_by_id: string;
  created_at: number;
  expires_at: number;
}

/** The rest of these rows is the sign-in library's. */
export interface OfAccountTable {
  user_id: string;
}

export interface MembersTable {
  organization_id: string;
  user_id: string;
  role: string;
  created_at: number;
}

export interface InvitationsTable {
  id: string;
  organization_id: string;
  email: string;
  role: string;
  token_hash: string;
  created_by_type: string;
  created_by_id: string;
  created_at: number;
  expires_at: number;
}
