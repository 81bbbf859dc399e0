import { z } from 'zod';

const MAX_CREDITS = 1_000_000_000_000;
const amount = z.int().min(0).max(MAX_CREDITS);

/** What a key may still spend. Each verification takes its `cost`. */
export const credits = z
  .strictObject({
    remaining: amount,
    refill: z
      .strictObject({
        amount: z.int().min(1).max(MAX_CREDITS),
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
