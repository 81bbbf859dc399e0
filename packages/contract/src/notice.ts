import { z } from 'zod';
import { auditEvent } from './audit.ts';
import { key } from './key.ts';
import { keyId, secretId, timestamp } from './primitives.ts';
import { webhook, noticeTypeNames, type NoticeType } from './webhook.ts';

const keyAsTold = key.partial().meta({
  id: 'KeyAsTold',
  description: 'As `GET /v1/keys/{keyId}` shows it, without the fields that `omitted` names',
});

const aboutKey = {
  keyId,
  key: keyAsTold,
  omitted: z.array(z.string()).optional().meta({
    description: 'Long fields of the key that were left out to keep the notice under 20 kB',
  }),
};

const deed = { ...aboutKey, actor: auditEvent.shape.actor };

const leak = z.object({
  action: z.enum(['notify', 'limit', 'rotate', 'revoke', 'none']).meta({
    description:
      'What was done to the key, by the `onLeak` of its API; "none": the secret was dead, or it had been done',
  }),
  reporter: z.string().meta({ description: '"anyone", or a service whose word was checked' }),
  source: z.string(),
  url: z.string().nullable().meta({ description: 'Where it was found' }),
  note: z.string().nullable(),
  secretId,
  hint: z.string(),
});

const dataOf = {
  'key.created': deed,
  'key.updated': {
    ...deed,
    changed: z.array(z.string()).meta({ description: 'The fields that are not as before' }),
  },
  'key.rotated': deed,
  'key.regenerated': deed,
  'key.disabled': deed,
  'key.enabled': deed,
  'key.revoked': deed,
  'key.deleted': deed,
  'key.expiring': { ...aboutKey, days: z.int() },
  'key.expired': aboutKey,
  'key.overlap_ending': {
    ...aboutKey,
    hours: z.int(),
    secretId,
    endsAt: timestamp,
    lastUsedAt: timestamp,
  },
  'key.leaked': {
    ...deed,
    key: keyAsTold.nullable().meta({ description: 'As it is now; null: it is gone' }),
    leak,
  },
  'webhook.test': { webhook },
} as const satisfies Record<NoticeType, z.ZodRawShape>;

const noticeOf = (type: NoticeType) =>
  z.object({ type: z.literal(type), timestamp, data: z.object(dataOf[type]) });

/** What is sent about each type, as JSON. Signed and with the headers of Standard Webhooks. */
export const notices = Object.fromEntries(
  noticeTypeNames.map((type) => [type, noticeOf(type)]),
) as Readonly<Record<NoticeType, ReturnType<typeof noticeOf>>>;
