import { z } from 'zod';
import { access } from './access.ts';
import { effective } from './effective.ts';
import { isBoundedPattern } from './legacy-pattern.ts';
import { onLeak } from './on-leak.ts';
import { apiRateLimit, LEAK_LIMIT_NAME, MAX_RATE_LIMITS, rateLimitMax } from './rate-limit.ts';
import { pageQuery } from './lists.ts';
import {
  apiId,
  environmentId,
  label,
  paragraph,
  permissionId,
  presetId,
  resourceTypeId,
  timestamp,
  unique,
} from './primitives.ts';

/**
 * The body of a token counts its six checksum characters. 28 − 6 = 22 random base62 characters are 130.9 bits:
 * the shortest that reaches the 128 bits of OWASP ASVS 5, 11.5.1.
 */
export const MIN_TOKEN_LENGTH = 28;
export const MAX_TOKEN_LENGTH = 128;

const prefix = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}$/, 'must match ^[a-z][a-z0-9_]{0,30}$')
  .meta({ description: 'Everything before the last underscore of the token', example: 'int' });

export const tokenFormat = z
  .strictObject({
    prefix: z.union([prefix, z.record(environmentId, prefix)]).meta({
      description:
        'One prefix, or one for each environment: {"production": "sk_live", "staging": "sk_test"}',
    }),
    length: z.int().min(MIN_TOKEN_LENGTH).max(MAX_TOKEN_LENGTH).meta({
      description: 'Characters after the underscore, the six of the checksum included',
    }),
  })
  .meta({ id: 'TokenFormat' });
export type TokenFormat = z.output<typeof tokenFormat>;

const formats = z
  .strictObject({
    secret: tokenFormat.optional().meta({ description: 'Keys that are one secret' }),
    publishable: tokenFormat
      .optional()
      .meta({ description: 'Keys that may stand in a web page, bound to its origins' }),
    pair: z
      .strictObject({
        public: tokenFormat.meta({ description: 'The half that may be shown' }),
        secret: tokenFormat.meta({ description: 'The half that is shown once' }),
      })
      .optional()
      .meta({ description: 'Keys of two halves, presented together as `public:secret`' }),
  })
  .refine((kinds) => Object.values(kinds).some(Boolean), 'must define at least one kind of key');

/** Every format of the kinds, with its place in the definition. */
export function tokenFormatsOf({
  secret,
  publishable,
  pair,
}: z.output<typeof formats>): { path: string[]; format: TokenFormat }[] {
  const all: [string[], TokenFormat | undefined][] = [
    [['formats', 'secret'], secret],
    [['formats', 'publishable'], publishable],
    [['formats', 'pair', 'public'], pair?.public],
    [['formats', 'pair', 'secret'], pair?.secret],
  ];
  return all.flatMap(([path, format]) => (format === undefined ? [] : [{ path, format }]));
}

const permission = z.strictObject({
  id: permissionId,
  name: label(100),
  description: paragraph(500).optional(),
  access: access.default('write').meta({
    description:
      '"write" unless said otherwise, so that a "read" preset never grants it by omission',
  }),
  publishable: z.boolean().default(false).meta({
    description: 'May be held by a key that stands in a web page',
  }),
});

const preset = z.strictObject({
  id: presetId,
  name: label(100),
  grants: z
    .union([
      z.enum(['all', 'read']),
      z.strictObject({ permissions: unique(permissionId, 64).min(1) }),
    ])
    .meta({ description: '"all" and "read" follow the catalog as it changes' }),
});

const MAX_DAYS = 3_650;
const days = z.int().min(1).max(MAX_DAYS);

/** Where the API says nothing: two weeks for planning, one for doing, and the last day. */
export const DEFAULT_REMIND_DAYS: readonly number[] = [14, 7, 1];

const expiry = z
  .strictObject({
    defaultDays: days.nullable().default(null).meta({
      description: 'For keys created without `expiresAt`; the maximum where this is null',
    }),
    maxDays: days.nullable().default(null).meta({ description: 'Counted from the key’s creation' }),
    remindDays: z
      .array(days)
      .max(10)
      .default([...DEFAULT_REMIND_DAYS])
      .meta({ description: 'Days before a key’s expiry at which a notice reminds of it' }),
  })
  .refine(
    ({ defaultDays, maxDays }) => maxDays === null || (defaultDays ?? maxDays) <= maxDays,
    'defaultDays must not exceed maxDays',
  );

const definitionFields = z.strictObject({
  name: label(100).meta({ description: 'For people' }),
  formats: formats.meta({ description: 'The kinds of key this API issues; at least one' }),
  legacyFormats: z
    .array(
      z
        .string()
        .max(200)
        .refine(
          isBoundedPattern,
          'must be anchored (^…$) and made of literals, \\d, \\w, [classes] and counted repetitions {n} or {n,m}, at most two of the latter, for 256 characters at most',
        ),
    )
    .max(10)
    .default([])
    .meta({ description: 'Shapes of keys issued elsewhere; tokens that match skip the checksum' }),
  environments: unique(environmentId, 20).min(1).default(['production']).meta({
    description: 'A key is bound to exactly one. The first is the default for new keys',
  }),
  revocation: z.enum(['final', 'reversible']).default('final').meta({
    description: '"reversible": a revoked key is inactive, and enabling restores it',
  }),
  permissions: z.array(permission).min(1).max(500).meta({
    description: 'The catalog: what keys of this API may be allowed to do',
  }),
  presets: z.array(preset).max(50).default([]).meta({
    description: 'Named sets of permissions that a key can be given instead of single ones',
  }),
  expiry: expiry.nullable().default(null).meta({ description: 'null: no expiry unless asked for' }),
  rateLimits: z.array(apiRateLimit).max(MAX_RATE_LIMITS).default([]).meta({
    description: 'Limits of each key, or of each organization for all its keys together',
  }),
  rateLimitMax: rateLimitMax.nullable().default(null).meta({
    description: 'What a limit set on a key may admit at most; null: no maximum',
  }),
  resourceTypes: z
    .array(z.strictObject({ id: resourceTypeId, name: label(100) }))
    .max(20)
    .default([])
    .meta({ description: 'What keys can be restricted to: customers, nodes …' }),
  maxKeysPerOrganization: z.int().min(1).max(1_000_000).nullable().default(null).meta({
    description:
      'Keys that are neither revoked nor expired, for each organization; null: no maximum',
  }),
  onLeak: onLeak.default({ action: 'notify' }).meta({
    description: 'What becomes of a key whose secret is reported to have been found in public',
  }),
});

type Definition = z.output<typeof definitionFields>;

export const putApiBody = definitionFields
  .superRefine((definition, context) => {
    for (const { path, message } of inconsistencies(definition)) {
      context.addIssue({ code: 'custom', path, message });
    }
  })
  .meta({
    id: 'PutApi',
    example: {
      name: 'Interact API',
      formats: { secret: { prefix: 'int', length: 48 } },
      permissions: [
        { id: 'agent_jobs_read', name: 'Read jobs', access: 'read' },
        { id: 'agent_jobs_trigger', name: 'Trigger jobs', access: 'write' },
      ],
    },
  });
export type PutApi = z.output<typeof putApiBody>;
export type PutApiInput = z.input<typeof putApiBody>;

function inconsistencies(definition: Definition) {
  return [
    ...repeated(definition.permissions, 'permissions'),
    ...repeated(definition.presets, 'presets'),
    ...repeated(definition.resourceTypes, 'resourceTypes'),
    ...repeated(
      definition.rateLimits.map(({ name }) => ({ id: name })),
      'rateLimits',
      'name',
    ),
    ...unpublishable(definition),
    ...takenLeakLimit(definition),
    ...unknownPresetPermissions(definition),
    ...prefixGaps(definition),
  ];
}

interface Inconsistency {
  path: (string | number)[];
  message: string;
}

/** A kind of key that nothing could be granted to would be a trap. */
function unpublishable({ formats: kinds, permissions }: Definition): Inconsistency[] {
  if (kinds.publishable === undefined || permissions.some(({ publishable }) => publishable)) {
    return [];
  }
  return [
    {
      path: ['formats', 'publishable'],
      message: 'needs a permission with "publishable": true, which is all such keys may hold',
    },
  ];
}

/** A key's own limit takes the place of its API's of the same name, and a leak must loosen none. */
function takenLeakLimit({ onLeak: policy, rateLimits }: Definition): Inconsistency[] {
  const taken = rateLimits.findIndex(({ name }) => name === LEAK_LIMIT_NAME);
  if (policy.action !== 'limit' || taken === -1) return [];
  return [
    {
      path: ['rateLimits', taken, 'name'],
      message: `"${LEAK_LIMIT_NAME}" is the limit that "onLeak" puts on a leaked key; choose another name`,
    },
  ];
}

function repeated(
  entries: readonly { id: string }[],
  field: string,
  member = 'id',
): Inconsistency[] {
  const seen = new Set<string>();
  return entries.flatMap(({ id }, index) => {
    if (seen.has(id)) {
      return [{ path: [field, index, member], message: `"${id}" is defined twice` }];
    }
    seen.add(id);
    return [];
  });
}

function unknownPresetPermissions({ permissions, presets }: Definition): Inconsistency[] {
  const catalog = new Set(permissions.map(({ id }) => id));
  return presets.flatMap(({ grants }, preset) =>
    typeof grants === 'string'
      ? []
      : grants.permissions.flatMap((id, index) =>
          catalog.has(id)
            ? []
            : [
                {
                  path: ['presets', preset, 'grants', 'permissions', index],
                  message: `"${id}" is not one of "permissions"`,
                },
              ],
        ),
  );
}

/** A prefix map names every environment and no other: a key cannot be issued where its prefix is missing. */
function prefixGaps({ formats: kinds, environments }: Definition): Inconsistency[] {
  return tokenFormatsOf(kinds).flatMap(({ path, format }) => {
    if (typeof format.prefix === 'string') return [];
    const named = Object.keys(format.prefix);
    return [
      ...environments
        .filter((environment) => !named.includes(environment))
        .map((environment) => ({
          path: [...path, 'prefix'],
          message: `has no prefix for environment "${environment}"`,
        })),
      ...named
        .filter((environment) => !environments.includes(environment))
        .map((environment) => ({
          path: [...path, 'prefix', environment],
          message: `"${environment}" is not one of "environments"`,
        })),
    ];
  });
}

export const api = z
  .object({ id: apiId, ...definitionFields.shape, createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'Api' });
export type Api = z.output<typeof api>;

export const apiParams = z.object({ apiId });
export const listApisQuery = z.strictObject(pageQuery);

export const apiChanged = z.object({ api, effective }).meta({ id: 'ApiChanged' });
export type ApiChanged = z.output<typeof apiChanged>;
export const deleted = z
  .object({ id: z.string(), deleted: z.literal(true), effective })
  .meta({ id: 'Deleted' });
export type Deleted = z.infer<typeof deleted>;
