import { z } from 'zod';
import { idPatterns } from './rules/id-patterns.ts';

/** The first moment that ISO 8601 cannot write with four digits for the year. */
const END_OF_TIME_MS = Date.UTC(10_000, 0, 1);

/** ISO 8601 in UTC with milliseconds: `2026-11-21T09:30:00.000Z`. Input may carry any offset. */
export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be a date and time such as 2026-11-21T09:30:00.000Z' })
  .refine((text) => !(Date.parse(text) >= END_OF_TIME_MS), 'must lie before the year 10000, in UTC')
  .meta({ description: 'ISO 8601 date and time', example: '2026-11-21T09:30:00.000Z' });

const matching = (pattern: RegExp) => z.string().regex(pattern, `must match ${pattern.source}`);

export const apiId = matching(idPatterns.api).meta({
  description: 'The protected API',
  example: 'interact',
});

const platformId = z
  .string()
  .regex(idPatterns.platform, 'must be 1–128 characters of [A-Za-z0-9_.:@-]');

export const organizationId = platformId.meta({
  description: 'The organization (tenant) that owns the key: the platform’s own id',
  example: 'acme',
});

export const ownerId = platformId.meta({
  description: 'The person the key belongs to: the platform’s own id',
  example: 'user_42',
});

export const resourceId = platformId;

export const environmentId = matching(idPatterns.environment).meta({
  description: 'One of the environments the API declares',
  example: 'production',
});

export const permissionId = matching(idPatterns.permission).meta({
  description: 'A permission of the API’s catalog',
  example: 'agent_jobs_read',
});

export const presetId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must match ^[a-z0-9][a-z0-9_-]{0,62}$')
  .meta({ description: 'A named set of permissions', example: 'read-only' });

export const resourceTypeId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'must match ^[a-z][a-z0-9_]{0,31}$');

const generatedId = (prefix: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`),
      `must be ${prefix}_ and 22 letters and digits`,
    );

export const keyId = generatedId('key').meta({ example: 'key_0PxJmZ3kVb7cQm1tYw8sLd' });
export const auditEventId = generatedId('evt').meta({ example: 'evt_0PxJmZ3kVb7cQm1tYw8sLd' });
export const secretId = generatedId('sec').meta({ example: 'sec_0PxJmZ3kVb7cQm1tYw8sLd' });
export const webhookId = generatedId('whk').meta({ example: 'whk_0PxJmZ3kVb7cQm1tYw8sLd' });
export const invitationId = generatedId('inv').meta({ example: 'inv_0PxJmZ3kVb7cQm1tYw8sLd' });
export const noticeId = generatedId('not').meta({ example: 'not_0PxJmZ3kVb7cQm1tYw8sLd' });
export const deliveryId = generatedId('dlv').meta({ example: 'dlv_0PxJmZ3kVb7cQm1tYw8sLd' });

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** A lone half of a surrogate pair cannot be stored as UTF-8, and NUL not in PostgreSQL. */
export const isStorableText = (text: string): boolean =>
  text.isWellFormed() && !text.includes('\u0000');

/** One line of text: trimmed, without control characters. */
export const label = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(maxLength)
    .refine(
      (text) => text.isWellFormed() && !CONTROL_CHARACTER.test(text),
      'must be one line of Unicode text without control characters',
    );

/** Text for people that may span lines. */
export const paragraph = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .refine(isStorableText, 'must be Unicode text without NUL characters');

/** A list without repetitions. */
export const unique = <Item extends z.ZodType<string>>(item: Item, maxItems: number) =>
  z
    .array(item)
    .max(maxItems)
    .refine((items) => new Set(items).size === items.length, 'must not name the same entry twice');
