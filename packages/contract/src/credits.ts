import { z } from 'zod';
import { keyBounds } from './rules/key-bounds.ts';

const amount = z.int().min(0).max(keyBounds.credits);

/** What a key may still spend. Each verification takes its `cost`. */
export const credits = z
  .strictObject({
    remaining: amount,
    refill: z
      .strictObject({
        amount: z.int().min(1).max(keyBounds.credits),
        interval: z.enum(['day', 'month']),
      })
      .nullable()
      .default(null)
      .meta({
        description:
          'Sets `remaining` to `amount` at the beginning of each UTC day, or of the first day of each month',
      }),
  })
  .meta({ id: 'Credits' });
export type Credits = z.output<typeof credits>;

export const creditsState = z.object({ remaining: z.int() });
