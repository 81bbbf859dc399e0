import { z } from 'zod';
import { pageQuery } from './lists.ts';
import {
  apiId,
  deliveryId,
  environmentId,
  label,
  noticeId,
  organizationId,
  timestamp,
  unique,
  webhookId,
} from './primitives.ts';

/** Everything a notice can be about, each with what happened. */
export const noticeTypes = {
  'key.created': 'A key was issued, also as the replacement of another one.',
  'key.updated': 'Fields of a key were changed; `changed` names them.',
  'key.rotated': 'A key got a new secret; those it had stay valid until their overlap ends.',
  'key.regenerated': 'A key got a new secret; every other one is dead.',
  'key.disabled': 'A key was switched off.',
  'key.enabled': 'A key was switched on again.',
  'key.revoked': 'A key was revoked.',
  'key.deleted': 'A key was deleted.',
  'key.expiring': 'A key expires in `days` days or less, one of the API’s `expiry.remindDays`.',
  'key.expired': 'A key has expired.',
  'key.overlap_ending':
    'The overlap after a rotation ends in `hours` hours or less, and the old secret is still in use.',
  'key.leaked': 'A secret was found where it must not be.',
  'webhook.test': 'Somebody asked for a test of the webhook.',
} as const;
export type NoticeType = keyof typeof noticeTypes;
export const noticeTypeNames = Object.keys(noticeTypes) as [NoticeType, ...NoticeType[]];

const subscribable = noticeTypeNames.filter((type) => type !== 'webhook.test');

/** How long the signing secret before signs beside the new one, unless said otherwise: a day to change over. */
const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 30 * 86_400;

const MAX_URL_LENGTH = 2_000;

const url = z.string().max(MAX_URL_LENGTH).meta({
  description:
    'Where notices go: `https://…` for a signed POST, `mailto:ops@example.com` for an e-mail',
  example: 'https://hooks.example.com/claviger',
});

const events = unique(z.enum(['*', ...subscribable]), subscribable.length)
  .min(1, 'must name at least one type; "*" means all')
  .meta({
    description: 'Types of notices; `*`: all, those of later versions too',
    example: ['key.expiring', 'key.leaked'],
  });

const place = {
  apiId: apiId.nullable().meta({ description: 'Only about keys of this API; null: of any' }),
  organizationId: organizationId
    .nullable()
    .meta({ description: 'Only about keys of this organization; null: of any' }),
  environment: environmentId
    .nullable()
    .meta({ description: 'Only about keys of this environment; null: of any' }),
};

export const webhook = z
  .object({
    id: webhookId,
    url,
    events: z.array(z.enum(['*', ...subscribable])),
    ...place,
    description: z.string().nullable(),
    enabled: z.boolean().meta({ description: 'false: nothing is sent' }),
    disabledReason: z
      .string()
      .nullable()
      .meta({ description: 'Why it was switched off by itself; null: it was not' }),
    failingSince: timestamp
      .nullable()
      .meta({ description: 'The first of the failures since the last success' }),
    oldSecretExpiresAt: timestamp
      .nullable()
      .meta({ description: 'Until then, the signing secret before the rotation signs as well' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.output<typeof webhook>;

export const createWebhookBody = z
  .strictObject({
    url,
    events: events.default(['*']),
    apiId: place.apiId.default(null),
    organizationId: place.organizationId.default(null),
    environment: place.environment.default(null),
    description: label(200).nullable().default(null),
  })
  .meta({
    id: 'CreateWebhook',
    example: {
      url: 'https://hooks.example.com/claviger',
      events: ['key.expiring', 'key.leaked'],
      organizationId: 'acme',
    },
  });
export type CreateWebhook = z.output<typeof createWebhookBody>;
export type CreateWebhookInput = z.input<typeof createWebhookBody>;

export const patchWebhookBody = z
  .strictObject({
    url: url.optional(),
    events: events.optional(),
    enabled: z.boolean().optional(),
    description: label(200).nullable().optional(),
  })
  .meta({ id: 'PatchWebhook', example: { enabled: true } });
export type PatchWebhook = z.output<typeof patchWebhookBody>;

export const rotateWebhookSecretBody = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS).meta({
      description: 'How long the old signing secret signs beside the new one; 0: not at all',
    }),
  })
  .meta({ id: 'RotateWebhookSecret', example: { overlapSeconds: 86_400 } });
export type RotateWebhookSecret = z.output<typeof rotateWebhookSecretBody>;
export type RotateWebhookSecretInput = z.input<typeof rotateWebhookSecretBody>;

const signingSecret = z.string().meta({
  description: 'For checking signatures (Standard Webhooks). Shown this once; none for e-mail',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

export const webhookCreated = z
  .object({ webhook, secret: signingSecret.optional() })
  .meta({ id: 'WebhookCreated' });
export type WebhookCreated = z.output<typeof webhookCreated>;

export const webhookSecretRotated = z
  .object({ webhook, secret: signingSecret })
  .meta({ id: 'WebhookSecretRotated' });
export type WebhookSecretRotated = z.output<typeof webhookSecretRotated>;

export const webhookChanged = z.object({ webhook }).meta({ id: 'WebhookChanged' });
export type WebhookChanged = z.output<typeof webhookChanged>;

export const webhookDeleted = z
  .object({ id: webhookId, deleted: z.literal(true) })
  .meta({ id: 'WebhookDeleted' });
export type WebhookDeleted = z.output<typeof webhookDeleted>;

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const deliveryAttempt = z
  .object({
    at: timestamp,
    status: z.int().nullable().meta({ description: 'The HTTP or SMTP status; null: no answer' }),
    error: z.string().nullable().meta({ description: 'What went wrong; null: delivered' }),
    durationMs: z.int(),
    response: z
      .string()
      .nullable()
      .meta({ description: 'The first KiB of what was answered; null: nothing' }),
  })
  .meta({ id: 'DeliveryAttempt' });
export type DeliveryAttempt = z.output<typeof deliveryAttempt>;

export const delivery = z
  .object({
    id: deliveryId,
    webhookId,
    noticeId: noticeId.meta({ description: 'Sent as `webhook-id`: the same at every attempt' }),
    type: z.enum(noticeTypeNames),
    status: z.enum(deliveryStatuses),
    nextAttemptAt: timestamp.nullable().meta({ description: 'While it is pending' }),
    attempts: z
      .array(deliveryAttempt)
      .meta({ description: 'The last ones, oldest first; 20 at most' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.output<typeof delivery>;

export const deliveryQueued = z.object({ delivery }).meta({ id: 'DeliveryQueued' });
export type DeliveryQueued = z.output<typeof deliveryQueued>;

export const webhookParams = z.object({ webhookId });
export const deliveryParams = z.object({ webhookId, deliveryId });
export type DeliveryParams = z.output<typeof deliveryParams>;

export const listWebhooksQuery = z.strictObject({
  ...pageQuery,
  apiId: apiId.optional(),
  organizationId: organizationId.optional(),
});
export type ListWebhooks = z.output<typeof listWebhooksQuery>;

export const listDeliveriesQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(deliveryStatuses).optional(),
  type: z.enum(noticeTypeNames).optional(),
});
export type ListDeliveries = z.output<typeof listDeliveriesQuery>;
