import type { Selectable } from 'kysely';
import type { AuditTarget } from '../../audit/audit-target.ts';
import type { AuditEvent } from '../../ports/audit-log.ts';
import type { Change } from '../../ports/change-feed.ts';
import type { IdempotentAnswer } from '../../ports/idempotent-answers.ts';
import type {
  Actor,
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  OrganizationRecord,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type {
  ApisTable,
  AuditEventsTable,
  ChangesTable,
  IdempotentAnswersTable,
  KeyCreditsTable,
  KeysTable,
  OrganizationsTable,
  ResourcesTable,
  SecretsTable,
} from './tables.ts';

/** Between the records that the ports speak of and the rows of the tables. */

export const apiOfRow = (row: Selectable<ApisTable>): ApiRecord => ({
  id: row.id,
  definition: JSON.parse(row.definition) as ApiRecord['definition'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const rowOfApi = ({ id, definition, createdAt, updatedAt }: ApiRecord): ApisTable => ({
  id,
  definition: JSON.stringify(definition),
  created_at: createdAt,
  updated_at: updatedAt,
});

export const organizationOfRow = (row: Selectable<OrganizationsTable>): OrganizationRecord => ({
  id: row.id,
  name: row.name,
  suspended: row.suspended === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const rowOfOrganization = (record: OrganizationRecord): OrganizationsTable => ({
  id: record.id,
  name: record.name,
  suspended: record.suspended ? 1 : 0,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
});

export const keyOfRow = (row: Selectable<KeysTable>): KeyRecord => ({
  id: row.id,
  apiId: row.api_id,
  organizationId: row.organization_id,
  environment: row.environment,
  kind: row.kind as KeyRecord['kind'],
  name: row.name,
  description: row.description,
  hint: row.hint,
  publicKey: row.public_key,
  permissions: JSON.parse(row.permissions) as string[],
  preset: row.preset,
  allowedOrigins: JSON.parse(row.allowed_origins) as string[],
  allowedIps: JSON.parse(row.allowed_ips) as string[],
  resources: JSON.parse(row.resources) as KeyRecord['resources'],
  rateLimits: JSON.parse(row.rate_limits) as KeyRecord['rateLimits'],
  metered: row.metered === 1,
  ownerId: row.owner_id,
  replacesKeyId: row.replaces_key_id,
  state: row.state as KeyRecord['state'],
  notBefore: row.not_before,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason,
  createdAt: row.created_at,
  createdBy: { type: row.created_by_type as Actor['type'], id: row.created_by_id },
  updatedAt: row.updated_at,
  metadata: JSON.parse(row.metadata) as KeyRecord['metadata'],
});

export const rowOfKey = (key: KeyRecord): KeysTable => ({
  id: key.id,
  api_id: key.apiId,
  organization_id: key.organizationId,
  environment: key.environment,
  kind: key.kind,
  name: key.name,
  description: key.description,
  hint: key.hint,
  public_key: key.publicKey,
  permissions: JSON.stringify(key.permissions),
  preset: key.preset,
  allowed_origins: JSON.stringify(key.allowedOrigins),
  allowed_ips: JSON.stringify(key.allowedIps),
  resources: JSON.stringify(key.resources),
  rate_limits: JSON.stringify(key.rateLimits),
  metered: key.metered ? 1 : 0,
  owner_id: key.ownerId,
  replaces_key_id: key.replacesKeyId,
  state: key.state,
  not_before: key.notBefore,
  expires_at: key.expiresAt,
  revoked_at: key.revokedAt,
  revoked_reason: key.revokedReason,
  created_at: key.createdAt,
  created_by_type: key.createdBy.type,
  created_by_id: key.createdBy.id,
  updated_at: key.updatedAt,
  metadata: JSON.stringify(key.metadata),
});

export const secretOfRow = (row: Selectable<SecretsTable>): SecretRecord => ({
  id: row.id,
  keyId: row.key_id,
  type: row.type as SecretRecord['type'],
  digest: row.digest,
  pepperVersion: row.pepper_version,
  hint: row.hint,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
});

export const rowOfSecret = (secret: SecretRecord): SecretsTable => ({
  id: secret.id,
  key_id: secret.keyId,
  type: secret.type,
  digest: secret.digest,
  pepper_version: secret.pepperVersion,
  hint: secret.hint,
  created_at: secret.createdAt,
  expires_at: secret.expiresAt,
  ended_at: secret.endedAt,
});

export const creditsOfRow = (row: Selectable<KeyCreditsTable>): CreditsRecord => ({
  remaining: row.remaining,
  refill:
    row.refill_amount === null
      ? null
      : { amount: row.refill_amount, interval: row.refill_interval as 'day' | 'month' },
  refilledAt: row.refilled_at,
});

export const rowOfCredits = (keyId: string, credits: CreditsRecord): KeyCreditsTable => ({
  key_id: keyId,
  remaining: credits.remaining,
  refill_amount: credits.refill?.amount ?? null,
  refill_interval: credits.refill?.interval ?? null,
  refilled_at: credits.refilledAt,
});

export const resourceOfRow = (row: Selectable<ResourcesTable>): ResourceRecord => ({
  organizationId: row.organization_id,
  type: row.type,
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const rowOfResource = (resource: ResourceRecord): ResourcesTable => ({
  organization_id: resource.organizationId,
  type: resource.type,
  id: resource.id,
  name: resource.name,
  created_at: resource.createdAt,
  updated_at: resource.updatedAt,
});

export const answerOfRow = (row: Selectable<IdempotentAnswersTable>): IdempotentAnswer => ({
  id: row.id,
  fingerprint: row.fingerprint,
  answer: row.answer,
  secret: row.secret,
  createdAt: row.created_at,
});

export const rowOfAnswer = (answer: IdempotentAnswer): IdempotentAnswersTable => ({
  id: answer.id,
  fingerprint: answer.fingerprint,
  answer: answer.answer,
  secret: answer.secret,
  created_at: answer.createdAt,
});

export const changeOfRow = (row: Selectable<ChangesTable>): Change => ({
  seq: row.seq,
  changeId: row.change_id,
  scope: row.scope as Change['scope'],
  id: row.id,
  digests: JSON.parse(row.digests) as string[],
});

export const rowOfChange = ({ seq, changeId, scope, id, digests }: Change): ChangesTable => ({
  seq,
  change_id: changeId,
  scope,
  id,
  digests: JSON.stringify(digests),
});

export const eventOfRow = (row: Selectable<AuditEventsTable>): AuditEvent => ({
  sequence: row.sequence,
  id: row.id,
  at: row.at,
  actor: parseOr(row.actor, (id) => ({ type: 'unreadable', id })) as Actor,
  action: row.action,
  target: targetOfRow(row),
  before: row.before === null ? null : parseOr(row.before, (unreadable) => ({ unreadable })),
  after: row.after === null ? null : parseOr(row.after, (unreadable) => ({ unreadable })),
  ip: row.ip,
  requestId: row.request_id,
  previousHash: row.previous_hash,
  hash: row.hash,
});

/** Of a row that somebody tampered with: it is shown, and its hash tells that it is not what was written. */
function parseOr(text: string, otherwise: (text: string) => unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise(text);
  }
}

/** What is null was left out, and is not hashed. */
function targetOfRow(row: Selectable<AuditEventsTable>): AuditTarget {
  const { target_api_id: apiId, target_organization_id: organizationId } = row;
  return {
    type: row.target_type as AuditTarget['type'],
    id: row.target_id,
    ...(apiId !== null && { apiId }),
    ...(organizationId !== null && { organizationId }),
    ...(row.target_environment !== null && { environment: row.target_environment }),
  };
}

export const rowOfEvent = (event: AuditEvent): AuditEventsTable => ({
  sequence: event.sequence,
  id: event.id,
  at: event.at,
  actor: JSON.stringify(event.actor),
  action: event.action,
  target_type: event.target.type,
  target_id: event.target.id,
  target_api_id: event.target.apiId ?? null,
  target_organization_id: event.target.organizationId ?? null,
  target_environment: event.target.environment ?? null,
  before: event.before === null ? null : JSON.stringify(event.before),
  after: event.after === null ? null : JSON.stringify(event.after),
  ip: event.ip,
  request_id: event.requestId,
  previous_hash: event.previousHash,
  hash: event.hash,
});
