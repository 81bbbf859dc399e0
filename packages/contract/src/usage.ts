import { z } from 'zod';
import { isOrdered, ordered } from './lists.ts';
import { apiId, environmentId, keyId, organizationId, timestamp } from './primitives.ts';
import { verificationCodes } from './verification-codes.ts';

export const usageIntervals = ['hour', 'day', 'month'] as const;
export type UsageInterval = (typeof usageIntervals)[number];

export const usageDimensions = ['code', 'keyId', 'apiId', 'organizationId', 'environment'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** `code,keyId` → its parts; null when one is unknown or named twice. */
function dimensionsIn(text: string): UsageDimension[] | null {
  const named = text === '' ? [] : text.split(',');
  const known = usageDimensions.filter((dimension) => named.includes(dimension));
  return known.length === named.length ? known : null;
}

export const usageQuery = z
  .strictObject({
    keyId: keyId.optional(),
    organizationId: organizationId.optional(),
    apiId: apiId.optional(),
    environment: environmentId.optional(),
    code: z.enum(verificationCodes).optional(),
    from: timestamp.optional().meta({
      description:
        'Widened to the beginning of its interval. Left out: 24 hours, 30 days or 12 months before `to`, by the interval',
    }),
    to: timestamp.optional().meta({
      description: 'Widened to the end of its interval, in UTC. Left out, or later than now: now',
    }),
    interval: z.enum(usageIntervals).default('hour').meta({ description: 'In UTC' }),
    groupBy: z
      .string()
      .refine(
        (text) => dimensionsIn(text) !== null,
        `must be some of ${usageDimensions.join(', ')}, separated by commas, each once`,
      )
      .default('code')
      .meta({
        description: `What the rows tell apart, separated by commas: ${usageDimensions.join(', ')}. Empty: a row for each interval`,
        example: 'code,keyId',
      }),
  })
  .refine(isOrdered, ordered);
export type UsageQuery = z.output<typeof usageQuery>;

/** In the order of `usageDimensions`. */
export const usageDimensionsOf = ({ groupBy }: Pick<UsageQuery, 'groupBy'>): UsageDimension[] =>
  dimensionsIn(groupBy) ?? [];

export const usageRow = z
  .object({
    start: timestamp.meta({ description: 'The beginning of the interval, in UTC' }),
    code: z.enum(verificationCodes).optional(),
    keyId: keyId.nullable().optional().meta({ description: 'null: no key was found' }),
    apiId: apiId.optional(),
    organizationId: organizationId.nullable().optional(),
    environment: environmentId.nullable().optional(),
    count: z.int().meta({ description: 'Verifications, at least 1' }),
  })
  .meta({
    id: 'UsageRow',
    description: 'It has what `groupBy` names, and no more. No verification is in two rows',
  });
export type UsageRow = z.output<typeof usageRow>;

export const usage = z
  .object({
    from: timestamp.meta({ description: 'What the rows cover, inclusive' }),
    to: timestamp.meta({ description: 'Exclusive' }),
    data: z.array(usageRow).meta({
      description: 'Oldest first. Where nothing was counted there is no row',
    }),
  })
  .meta({ id: 'Usage' });
export type Usage = z.output<typeof usage>;
