import { z } from 'zod';
import { access } from './access.ts';
import { idPatterns } from './rules/id-patterns.ts';
import { keyBounds } from './rules/key-bounds.ts';

export const limitName = z
  .string()
  .regex(idPatterns.limit, `must match ${idPatterns.limit.source}`)
  .meta({ description: 'Tells the limit from others', example: 'read' });

export const limitAmount = z.int().min(1).max(keyBounds.limit).meta({
  description: 'The most cost that any window of that length may hold, wherever it begins',
});
export const windowSeconds = z.int().min(1).max(keyBounds.windowSeconds);

const limitFields = {
  name: limitName,
  limit: limitAmount,
  windowSeconds,
  access: access.optional().meta({
    description:
      'Counts only verifications that ask for a permission of this access; without it, all',
  }),
};

/** A limit that an API sets on each of its keys, or on each organization for all of its keys together. */
export const apiRateLimit = z
  .strictObject({ ...limitFields, scope: z.enum(['key', 'organization']).default('key') })
  .meta({ id: 'ApiRateLimit' });
export type ApiRateLimit = z.output<typeof apiRateLimit>;

/** A key's own limit, in place of its API's of the same name. */
export const keyRateLimit = z.strictObject(limitFields).meta({ id: 'KeyRateLimit' });
export type KeyRateLimit = z.output<typeof keyRateLimit>;

export const rateLimitMax = z.strictObject({ limit: limitAmount, windowSeconds });
export type RateLimitMax = z.output<typeof rateLimitMax>;

export const MAX_RATE_LIMITS = keyBounds.rateLimits;

/** The limit that a leaked key is put under where its API says so. */
export const LEAK_LIMIT_NAME = 'leaked';

export const rateLimitState = z
  .object({
    name: z.string(),
    limit: z.int(),
    windowSeconds: z.int(),
    remaining: z.int(),
    resetSeconds: z.int().meta({ description: 'Until more remains than now; 0: nothing is spent' }),
  })
  .meta({ id: 'RateLimitState' });
export type RateLimitState = z.output<typeof rateLimitState>;
