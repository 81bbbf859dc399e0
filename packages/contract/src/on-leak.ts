import { z } from 'zod';
import { MAX_OVERLAP_SECONDS } from './overlap.ts';
import { limitAmount, windowSeconds } from './rate-limit.ts';

/** What an API has done to a key whose secret was found in public. */
export const onLeak = z
  .discriminatedUnion(
    'action',
    [
      z.strictObject({
        action: z.literal('notify').meta({ description: 'On record, and the key works on' }),
      }),
      z.strictObject({
        action: z.literal('limit').meta({
          description: 'The key gets a limit named `leaked` beside those it has',
        }),
        limit: limitAmount.default(10),
        windowSeconds: windowSeconds.default(60),
      }),
      z.strictObject({
        action: z.literal('rotate').meta({
          description:
            'The leaked secret ends after `overlapSeconds`; rotate the key before then for a new one',
        }),
        overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).default(86_400),
      }),
      z.strictObject({
        action: z.literal('revoke').meta({ description: 'The key is revoked at once' }),
      }),
    ],
    { error: 'must have an "action", one of notify, limit, rotate and revoke' },
  )
  .meta({ id: 'OnLeak', example: { action: 'limit', limit: 10, windowSeconds: 60 } });
export type OnLeak = z.output<typeof onLeak>;
