import { z } from 'zod';
import { effective } from './effective.ts';
import { isStorableText, keyId, label, timestamp, unique } from './primitives.ts';
import { key, listKeysQuery } from './key.ts';
import { problemCodes } from './problems.ts';

export const bulkActions = ['revoke', 'disable', 'enable'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** Entries of each list in the answer: a run may touch many more than anybody reads. */
export const MAX_BULK_LISTED = 1_000;

/** As many as anybody ticks off one by one. */
export const MAX_BULK_IDS = 1_000;

/** As many as the list of keys takes. */
const MAX_METADATA_FILTERS = 10;

const metadataFilter = z
  .record(
    z
      .string()
      .regex(/^[^.]{1,100}$/, 'must be 1–100 characters without a dot')
      .refine(isStorableText, 'must be Unicode text without NUL characters'),
    z.union([label(200), z.number(), z.boolean()]),
  )
  .refine(
    (entries) => Object.keys(entries).length <= MAX_METADATA_FILTERS,
    `must not have more than ${MAX_METADATA_FILTERS} entries`,
  )
  .meta({
    description: 'Top-level entries of the metadata, compared as text',
    example: { plan: 'pro' },
  });

const fields = listKeysQuery.shape;

/** The filters of the list of keys, and keys by their ids. */
const bulkFilter = z
  .strictObject({
    ids: unique(keyId, MAX_BULK_IDS).min(1).optional().meta({
      description: 'These keys; those that are gone, or out of sight, are passed over',
    }),
    apiId: fields.apiId,
    organizationId: fields.organizationId,
    environment: fields.environment,
    ownerId: fields.ownerId,
    permission: fields.permission,
    resource: fields.resource,
    metadata: metadataFilter.optional(),
    q: fields.q,
    kind: fields.kind,
    status: fields.status,
    createdBefore: fields.createdBefore,
    lastUsedBefore: fields.lastUsedBefore,
    expiresAfter: fields.expiresAfter,
    expiresBefore: fields.expiresBefore,
  })
  .refine(
    ({ metadata, ...rest }) =>
      Object.values(rest).some((member) => member !== undefined) ||
      Object.keys(metadata ?? {}).length > 0,
    'must name at least one member: leaving everything out does not mean every key',
  )
  .meta({
    id: 'BulkFilter',
    description:
      'Combined with "and"; at least one. Root keys are left out unless `apiId` is `claviger`',
    example: { ownerId: 'user_42' },
  });
export type BulkFilter = z.output<typeof bulkFilter>;

const bulkFields = {
  filter: bulkFilter,
  dryRun: z.boolean().default(false).meta({
    description: 'true: changes nothing and answers what it would do',
  }),
  limit: z.int().min(1).max(100_000).optional().meta({
    description:
      'Looks at this many keys at most, and `nextCursor` says where to go on: for whoever shows how far it is. Left out: all',
  }),
  cursor: z.string().min(1).max(1_000).optional().meta({
    description: '`nextCursor` of the call before',
  }),
};

export const bulkKeysBody = z
  .strictObject({
    action: z.enum(bulkActions),
    ...bulkFields,
    reason: label(500).optional().meta({ description: 'Why, for the record; for "revoke"' }),
  })
  .refine(({ action, reason }) => reason === undefined || action === 'revoke', {
    path: ['reason'],
    message: 'is kept with a revocation; leave it out for another action',
  })
  .meta({
    id: 'BulkKeys',
    example: { action: 'revoke', filter: { ownerId: 'user_42' }, dryRun: true },
  });
export type BulkKeys = z.output<typeof bulkKeysBody>;
export type BulkKeysInput = z.input<typeof bulkKeysBody>;

export const deleteKeysBody = z
  .strictObject(bulkFields)
  .meta({ id: 'DeleteKeys', example: { filter: { ownerId: 'user_42' }, dryRun: true } });
export type DeleteKeys = z.output<typeof deleteKeysBody>;
export type DeleteKeysInput = z.input<typeof deleteKeysBody>;

const touched = key
  .pick({
    id: true,
    name: true,
    apiId: true,
    organizationId: true,
    environment: true,
    hint: true,
    status: true,
    lastUsedAt: true,
  })
  .meta({ id: 'TouchedKey' });
export type TouchedKey = z.output<typeof touched>;

const bulkFailure = z
  .object({ id: keyId, code: z.enum(problemCodes), message: z.string() })
  .meta({ id: 'BulkFailure' });
export type BulkFailure = z.output<typeof bulkFailure>;

export const keysTouched = z
  .object({
    action: z.enum([...bulkActions, 'delete']),
    dryRun: z.boolean(),
    at: timestamp.meta({
      description:
        'When it began. After a dry run, `createdBefore` keeps what is created later out of the run',
    }),
    matched: z.int().min(0).meta({ description: 'Keys that the filter means' }),
    changed: z.int().min(0).meta({
      description:
        'Those that were changed, or would be. The others were as wanted already, or are in `failed`',
    }),
    data: z.array(touched).max(MAX_BULK_LISTED).meta({
      description: 'The changed ones as they are now, newest first; deleted ones as they were',
    }),
    truncated: z.boolean().meta({
      description: `true: \`data\` or \`failed\` would have more than ${MAX_BULK_LISTED.toLocaleString('en')} entries, and lists the first`,
    }),
    failed: z.array(bulkFailure).max(MAX_BULK_LISTED).meta({
      description: 'Keys that cannot be changed so, each with the reason; the others are',
    }),
    lastDay: z.int().min(0).nullable().meta({
      description:
        'For a dry run: verifications in the last 24 hours of the keys that would be changed. null for another',
    }),
    nextCursor: z.string().nullable().meta({
      description: 'Where to go on; null: all of them were looked at',
    }),
    effective: effective.nullable().meta({ description: 'null for a dry run' }),
  })
  .meta({ id: 'KeysTouched' });
export type KeysTouched = z.output<typeof keysTouched>;
