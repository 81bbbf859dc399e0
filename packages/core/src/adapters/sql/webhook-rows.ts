import type { Selectable } from 'kysely';
import type { DeliveryRecord, NoticeRecord } from '../../ports/notice-store.ts';
import type { WebhookRecord } from '../../ports/webhook-store.ts';
import type { DeliveriesTable, NoticesTable, WebhooksTable } from './tables.ts';

/** Between the records of notices and the rows of their tables. */

export const webhookOfRow = (row: Selectable<WebhooksTable>): WebhookRecord => ({
  id: row.id,
  url: row.url,
  events: JSON.parse(row.events) as WebhookRecord['events'],
  apiId: row.api_id,
  organizationId: row.organization_id,
  environment: row.environment,
  description: row.description,
  enabled: row.enabled === 1,
  disabledReason: row.disabled_reason,
  secret: sealedOf(row.secret, row.secret_pepper_version),
  oldSecret: oldSecretOf(row),
  failingSince: row.failing_since,
  auditSequence: row.audit_sequence,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const sealedOf = (sealed: string | null, pepperVersion: number | null) =>
  sealed === null || pepperVersion === null ? null : { sealed, pepperVersion };

function oldSecretOf(row: Selectable<WebhooksTable>): WebhookRecord['oldSecret'] {
  const sealed = sealedOf(row.old_secret, row.old_secret_pepper_version);
  const expiresAt = row.old_secret_expires_at;
  return sealed === null || expiresAt === null ? null : { ...sealed, expiresAt };
}

export const rowOfWebhook = (webhook: WebhookRecord): WebhooksTable => ({
  id: webhook.id,
  url: webhook.url,
  events: JSON.stringify(webhook.events),
  api_id: webhook.apiId,
  organization_id: webhook.organizationId,
  environment: webhook.environment,
  description: webhook.description,
  enabled: webhook.enabled ? 1 : 0,
  disabled_reason: webhook.disabledReason,
  secret: webhook.secret?.sealed ?? null,
  secret_pepper_version: webhook.secret?.pepperVersion ?? null,
  old_secret: webhook.oldSecret?.sealed ?? null,
  old_secret_pepper_version: webhook.oldSecret?.pepperVersion ?? null,
  old_secret_expires_at: webhook.oldSecret?.expiresAt ?? null,
  failing_since: webhook.failingSince,
  audit_sequence: webhook.auditSequence,
  created_at: webhook.createdAt,
  updated_at: webhook.updatedAt,
});

export const noticeOfRow = (row: Selectable<NoticesTable>): NoticeRecord => ({
  id: row.id,
  type: row.type as NoticeRecord['type'],
  body: row.body,
  createdAt: row.created_at,
});

export const rowOfNotice = ({ id, type, body, createdAt }: NoticeRecord): NoticesTable => ({
  id,
  type,
  body,
  created_at: createdAt,
});

export const deliveryOfRow = (row: Selectable<DeliveriesTable>): DeliveryRecord => ({
  id: row.id,
  noticeId: row.notice_id,
  webhookId: row.webhook_id,
  type: row.type as DeliveryRecord['type'],
  status: row.status as DeliveryRecord['status'],
  tries: row.tries,
  attempts: JSON.parse(row.attempts) as DeliveryRecord['attempts'],
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
});

export const rowOfDelivery = (delivery: DeliveryRecord): DeliveriesTable => ({
  id: delivery.id,
  notice_id: delivery.noticeId,
  webhook_id: delivery.webhookId,
  type: delivery.type,
  status: delivery.status,
  tries: delivery.tries,
  attempts: JSON.stringify(delivery.attempts),
  next_attempt_at: delivery.nextAttemptAt,
  claimed_until: null,
  created_at: delivery.createdAt,
});
