import { z } from 'zod';
import { credits } from './credits.ts';
import { effective } from './effective.ts';
import { listOf, pageQuery } from './lists.ts';
import { MAX_OVERLAP_SECONDS } from './overlap.ts';
import { keyRateLimit, MAX_RATE_LIMITS } from './rate-limit.ts';
import { keyBounds } from './rules/key-bounds.ts';
import {
  apiId,
  environmentId,
  isStorableText,
  keyId,
  label,
  organizationId,
  ownerId,
  paragraph,
  permissionId,
  presetId,
  resourceId,
  resourceTypeId,
  secretId,
  timestamp,
  unique,
} from './primitives.ts';

export const keyKinds = ['secret', 'publishable', 'pair'] as const;
export type KeyKind = (typeof keyKinds)[number];

export const keyStatuses = ['active', 'inactive', 'expired', 'revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** Every text in it, names of members included. Bounded: metadata is at most 4 KiB and this runs after that check. */
function storableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([name, member]) => isStorableText(name) && storableJson(member),
  );
}

const metadata = z
  .record(z.string().min(1).max(100), z.json())
  .refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= keyBounds.metadataBytes,
    'must not exceed 4 KiB of JSON',
  )
  .refine((value) => storableJson(value), 'must hold Unicode text without NUL characters only')
  .meta({
    description: 'Whatever the platform wants to remember with the key; verifications return it',
    example: { plan: 'pro' },
  });

export const resourceScope = z
  .record(resourceTypeId, unique(resourceId, keyBounds.resourcesOfType))
  .refine((types) => Object.keys(types).length <= 20, 'must not name more than 20 types')
  .meta({ description: 'Restricts the key to named resources, by type' });
export type ResourceScope = z.output<typeof resourceScope>;

const permissions = unique(permissionId, keyBounds.permissions);

const changeable = {
  name: label(keyBounds.nameLength).meta({
    description: 'What uses the key, and where',
    example: 'Production scheduler',
  }),
  description: paragraph(keyBounds.descriptionLength).nullable(),
  permissions: permissions.meta({ description: 'Permissions of the API’s catalog, by id' }),
  preset: presetId.nullable().meta({ description: 'A preset of the API; it follows the catalog' }),
  allowedOrigins: z.array(z.string().max(300)).max(keyBounds.origins).meta({
    description:
      'Where a public key may be used from: `example.com`, `*.example.com` (its subdomains), `http://localhost:3000`',
  }),
  allowedIps: z.array(z.string().max(50)).max(keyBounds.addresses).meta({
    description: 'Addresses and CIDR blocks the key may be used from; empty: any',
  }),
  resources: resourceScope,
  rateLimits: z.array(keyRateLimit).max(MAX_RATE_LIMITS).meta({
    description: 'The key’s own limits; one replaces the API’s of the same name',
  }),
  credits: credits.nullable().meta({ description: 'A quota; null: none' }),
  expiresAt: timestamp.nullable().meta({ description: 'The end of its life; null: none' }),
  notBefore: timestamp.nullable().meta({ description: 'Not valid before; null: valid at once' }),
  ownerId: ownerId.nullable(),
  metadata,
};

export const createKeyBody = z
  .strictObject({
    apiId,
    organizationId,
    name: changeable.name,
    kind: z.enum(keyKinds).default('secret'),
    environment: environmentId.optional().meta({
      description: 'The API’s first environment when left out',
    }),
    permissions: changeable.permissions.default([]),
    preset: changeable.preset.default(null),
    description: changeable.description.default(null),
    allowedOrigins: changeable.allowedOrigins.default([]),
    allowedIps: changeable.allowedIps.default([]),
    resources: changeable.resources.default({}),
    rateLimits: changeable.rateLimits.default([]),
    credits: changeable.credits.default(null),
    expiresAt: changeable.expiresAt.optional().meta({
      description: 'The API’s default when left out; null: never, where the API sets no maximum',
    }),
    notBefore: changeable.notBefore.default(null),
    ownerId: changeable.ownerId.default(null),
    metadata: changeable.metadata.default({}),
  })
  .meta({
    id: 'CreateKey',
    example: {
      apiId: 'interact',
      organizationId: 'acme',
      name: 'Production scheduler',
      permissions: ['agent_jobs_trigger'],
    },
  });
export type CreateKey = z.output<typeof createKeyBody>;
export type CreateKeyInput = z.input<typeof createKeyBody>;

export const patchKeyBody = z
  .strictObject(changeable)
  .partial()
  .meta({ id: 'PatchKey', example: { name: 'Nightly scheduler' } });
export type PatchKey = z.output<typeof patchKeyBody>;

export const rotateKeyBody = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).default(86_400).meta({
      description: 'How long the secrets there were stay valid beside the new one',
    }),
  })
  .meta({ id: 'RotateKey', example: { overlapSeconds: 86_400 } });
export type RotateKey = z.output<typeof rotateKeyBody>;

export const revokeKeyBody = z
  .strictObject({ reason: label(500).optional() })
  .meta({ id: 'RevokeKey', example: { reason: 'Found in a public repository' } });
export type RevokeKey = z.output<typeof revokeKeyBody>;

export const noBody = z.strictObject({}).meta({ id: 'NoFields' });

const secret = z.object({
  id: secretId,
  hint: z.string().meta({ example: 'int_a1b2…w3x4' }),
  createdAt: timestamp,
  expiresAt: timestamp
    .nullable()
    .meta({ description: 'The end of its overlap; null: as long as the key' }),
  lastUsedAt: timestamp.nullable(),
});

export const key = z
  .object({
    id: keyId,
    apiId,
    organizationId,
    environment: environmentId,
    kind: z.enum(keyKinds).meta({
      description:
        '"secret": one secret; "publishable": may be public; "pair": a public and a secret half',
    }),
    name: z.string(),
    description: z.string().nullable(),
    hint: z.string().meta({
      description: 'Prefix, first and last four characters of the newest secret',
      example: 'int_a1b2…w3x4',
    }),
    publicKey: z.string().nullable().meta({
      description: 'What may be public of it: a publishable key, or the public half of a pair',
    }),
    permissions: z.array(permissionId).meta({
      description:
        'Those granted by name; what the preset grants comes on top and is not repeated here',
    }),
    preset: presetId.nullable(),
    allowedOrigins: z.array(z.string()).meta({ description: 'In the form they are compared in' }),
    allowedIps: z.array(z.string()).meta({ description: 'In the form they are compared in' }),
    resources: resourceScope,
    ownerId: ownerId.nullable(),
    replacesKeyId: keyId.nullable().meta({ description: 'The key it was created to replace' }),
    rateLimits: z.array(keyRateLimit).meta({
      description: 'Its own; those of its API apply besides, unless one has the same name',
    }),
    credits: credits.nullable().meta({ description: 'As of now, refills included' }),
    status: z.enum(keyStatuses).meta({
      description: 'Derived when it is read. "inactive": disabled, or not valid yet',
    }),
    expiresAt: timestamp.nullable().meta({ description: 'The end of its life; null: none' }),
    notBefore: timestamp.nullable().meta({ description: 'Not valid before; null: valid at once' }),
    revokedAt: timestamp.nullable().meta({ description: 'When it was revoked' }),
    revokedReason: z.string().nullable().meta({ description: 'As given by who revoked it' }),
    createdAt: timestamp,
    createdBy: z
      .object({ type: z.enum(['system', 'rootKey', 'user', 'portal']), id: z.string() })
      .meta({ description: 'Who created it. "system": the first start, or the command line' }),
    updatedAt: timestamp,
    lastUsedAt: timestamp.nullable().meta({
      description: 'The last request that presented a live secret of it, allowed or not',
    }),
    secrets: z.array(secret).meta({ description: 'The live secrets, newest first' }),
    warnings: z
      .array(z.object({ code: z.enum(['VAGUE_NAME']), message: z.string() }))
      .meta({ description: 'What could be better about it' }),
    metadata: z.record(z.string(), z.json()),
  })
  .meta({ id: 'Key' });
export type Key = z.output<typeof key>;

export const keyParams = z.object({ keyId });
export const secretParams = z.object({ keyId, secretId });

export const keySorts = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const;
export type KeySort = (typeof keySorts)[number];

const keyFilters = {
  apiId: apiId.optional(),
  organizationId: organizationId.optional(),
  environment: environmentId.optional(),
  status: z.enum(keyStatuses).optional(),
  kind: z.enum(keyKinds).optional(),
  permission: permissionId.optional().meta({
    description: 'Keys that hold it, by name or through a preset',
  }),
  resource: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}:[A-Za-z0-9_.:@-]{1,128}$/, 'must be <type>:<id>')
    .optional()
    .meta({ description: 'Keys scoped to this resource: customer:cus_1' }),
  ownerId: ownerId.optional(),
  replacesKeyId: keyId.optional().meta({ description: 'Keys created to replace this one' }),
  q: label(200).optional().meta({
    description: 'Part of the name, description, id, public key or hint, upper or lower case alike',
  }),
  lastUsedBefore: timestamp.optional().meta({ description: 'Never used counts as before' }),
  createdBefore: timestamp.optional(),
  expiresAfter: timestamp.optional().meta({
    description: 'At this moment or later; no expiry does not count as later',
  }),
  expiresBefore: timestamp.optional(),
};

const keyOrder = {
  sort: z.enum(keySorts).default('createdAt').meta({
    description: 'Never used sorts as oldest, no expiry as last',
  }),
  order: z.enum(['asc', 'desc']).default('desc'),
};

/** Beside the fields, top-level entries of the metadata. */
const withMetadata = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z
    .object(fields)
    .catchall(label(200))
    .superRefine((query, context) => {
      const extra = Object.keys(query).filter((name) => !Object.hasOwn(fields, name));
      for (const name of extra.filter((field) => !/^metadata\.[^.]{1,100}$/.test(field))) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'is not a parameter of this list',
        });
      }
      if (extra.length > 10) {
        context.addIssue({ code: 'custom', path: [], message: 'at most 10 metadata filters' });
      }
    });

export const listKeysQuery = withMetadata({ ...pageQuery, ...keyFilters, ...keyOrder });
export type ListKeys = z.output<typeof listKeysQuery>;

export const keyList = listOf(key).extend({
  previousCursor: z.string().nullable().meta({
    description: 'The page before, as `cursor`; null on the first page',
  }),
});
export type KeyList = z.output<typeof keyList>;

/** Counting goes over every key that matches, and everything else waits for it where SQLite is the database. */
export const MAX_COUNTED_KEYS = 100_000;

export const countKeysQuery = withMetadata(keyFilters);
export type CountKeys = z.output<typeof countKeysQuery>;

export const keyCount = z
  .object({
    count: z.int().min(0).max(MAX_COUNTED_KEYS),
    isExact: z.boolean().meta({ description: 'false: there are more than `count`' }),
  })
  .meta({ id: 'KeyCount' });
export type KeyCount = z.output<typeof keyCount>;

export const keyCreated = z
  .object({
    key,
    secret: z.string().optional().meta({
      description: 'Shown this once; only a keyed hash of it is stored. A publishable key has none',
    }),
    publicKey: z.string().optional().meta({
      description: 'A publishable key, or the public half of a pair',
    }),
    effective,
  })
  .meta({ id: 'KeyCreated' });
export type KeyCreated = z.output<typeof keyCreated>;

export const secretIssued = keyCreated.meta({ id: 'SecretIssued' });
export type SecretIssued = z.output<typeof secretIssued>;

export const keyReplaced = keyCreated
  .extend({
    replaces: key.meta({ description: 'The old key: still valid, and when it was last used' }),
  })
  .meta({ id: 'KeyReplaced' });
export type KeyReplaced = z.output<typeof keyReplaced>;

export const keyChanged = z.object({ key, effective }).meta({ id: 'KeyChanged' });
export type KeyChanged = z.output<typeof keyChanged>;
