import { z } from 'zod';
import { keyKinds } from './key.ts';
import { listOf, pageQuery } from './lists.ts';
import {
  apiId,
  environmentId,
  keyId,
  organizationId,
  permissionId,
  presetId,
  secretId,
  timestamp,
} from './primitives.ts';

/** In the order in which the findings of one key are listed. */
export const insightKinds = [
  'PROBING',
  'SECRET_IN_BROWSER',
  'NEW_NETWORK',
  'OLD_SECRET_IN_USE',
  'EXPIRING_KEY',
  'UNUSED_KEY',
  'UNUSED_PERMISSION',
  'VAGUE_NAME',
] as const;
export type InsightKind = (typeof insightKinds)[number];

export const listInsightsQuery = z.strictObject({
  ...pageQuery,
  organizationId: organizationId.optional(),
  apiId: apiId.optional(),
  keyId: keyId.optional(),
  kind: z.enum(insightKinds).optional(),
  environment: environmentId.optional(),
  days: z.coerce.number().int().min(1).max(365).default(30).meta({
    description: 'How long something has to be unused, and how far back to look',
  }),
});
export type ListInsights = z.output<typeof listInsightsQuery>;

const action = z
  .object({
    summary: z.string().meta({ description: 'What to do, for a person' }),
    method: z.enum(['PATCH', 'POST', 'DELETE']).nullable().meta({
      description: 'The call that does it; null: it is not done in Claviger',
    }),
    path: z.string().nullable(),
    body: z.record(z.string(), z.json()).nullable().meta({ description: 'null: it takes none' }),
    command: z.string().nullable().meta({ description: 'The same on the command line' }),
  })
  .meta({ id: 'InsightAction' });
export type InsightAction = z.output<typeof action>;

const network = z.string().meta({
  description: '/24 of IPv4, /48 of IPv6',
  example: '203.0.113.0/24',
});

const seen = {
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  count: z.int().meta({ description: 'Verifications' }),
};

const caller = z.object({
  network,
  userAgent: z.string().nullable().meta({ description: 'The last one; null: not known' }),
  ...seen,
});

/** What speaks for each kind of finding. */
const evidences = {
  PROBING: z.object({
    address: z.string().meta({ description: 'An IPv4 address, or the /64 of an IPv6 address' }),
    attempts: z.int().meta({ description: 'In the hours that had many' }),
    busiestHour: z.object({ start: timestamp, attempts: z.int() }),
    lastSeenAt: timestamp,
    lastHint: z.string().nullable().meta({ description: 'Of the token it tried last' }),
  }),
  SECRET_IN_BROWSER: z.object({
    kind: z.enum(keyKinds),
    origins: z.array(z.object({ origin: z.string(), ...seen })).meta({
      description: 'Web pages that sent the secret, the latest first',
    }),
  }),
  NEW_NETWORK: z.object({
    networks: z.array(caller).meta({ description: 'New ones, the latest first' }),
    knownNetworks: z.array(network).meta({ description: 'Where it was used from before' }),
    knownSince: timestamp,
  }),
  OLD_SECRET_IN_USE: z.object({
    secretId,
    hint: z.string(),
    replacedAt: timestamp,
    lastUsedAt: timestamp,
    endsAt: timestamp.meta({ description: 'The end of the overlap' }),
    callers: z.array(caller).meta({ description: 'Who still uses it, as far as the log knows' }),
  }),
  EXPIRING_KEY: z.object({
    expiresAt: timestamp,
    daysLeft: z.int(),
    lastUsedAt: timestamp.nullable(),
  }),
  UNUSED_KEY: z.object({
    lastUsedAt: timestamp.nullable().meta({ description: 'null: never' }),
    createdAt: timestamp,
    days: z.int(),
  }),
  UNUSED_PERMISSION: z.object({
    unused: z.array(permissionId).meta({ description: 'Held, and not asked for in that time' }),
    used: z.array(z.object({ permission: permissionId, lastUsedAt: timestamp })),
    preset: presetId.nullable(),
    days: z.int(),
    observedSince: timestamp,
  }),
  VAGUE_NAME: z.object({ name: z.string(), message: z.string() }),
} as const;

const about = {
  severity: z.enum(['high', 'medium', 'low']),
  keyId: keyId.nullable().meta({ description: 'null: not about one key' }),
  apiId,
  organizationId: organizationId.nullable(),
  environment: environmentId.nullable(),
  title: z.string().meta({ description: 'What was found, in a sentence' }),
  action,
  since: timestamp.meta({ description: 'Since when it is so' }),
};

const findingOf = <Kind extends InsightKind>(kind: Kind) =>
  z.object({
    id: z.string().meta({
      description: 'Names the finding as long as it is there',
      example: `${kind}:key_0PxJmZ3kVb7cQm1tYw8sLd`,
    }),
    kind: z.literal(kind),
    ...about,
    evidence: evidences[kind],
  });

export const insight = z
  .discriminatedUnion('kind', [
    findingOf('PROBING'),
    findingOf('SECRET_IN_BROWSER'),
    findingOf('NEW_NETWORK'),
    findingOf('OLD_SECRET_IN_USE'),
    findingOf('EXPIRING_KEY'),
    findingOf('UNUSED_KEY'),
    findingOf('UNUSED_PERMISSION'),
    findingOf('VAGUE_NAME'),
  ])
  .meta({ id: 'Insight' });
export type Insight = z.output<typeof insight>;
export type InsightOf<Kind extends InsightKind> = Extract<Insight, { kind: Kind }>;

export const insightsListed = listOf(insight)
  .extend({
    nextCursor: z.string().nullable().meta({
      description: 'null on the last page. A page may be empty and have one: go on with it',
    }),
    observedSince: timestamp.nullable().meta({
      description:
        'Since when the request log has been watching without a gap; null: it does not. Where use is what counts, nothing older is known',
    }),
  })
  .meta({ id: 'InsightsListed' });
export type InsightsListed = z.output<typeof insightsListed>;
