import { z } from 'zod';
import { timestamp } from './primitives.ts';

/** Where a mutation holds: the revocation guarantee, in the answer of every call that affects verification. */
export const effective = z
  .object({
    everywhere: z.boolean().meta({
      description:
        'true: no verification that begins after this answer, on any node, uses what was there before',
    }),
    at: timestamp,
    unreachable: z
      .array(z.object({ node: z.string(), until: timestamp }))
      .meta({ description: 'Nodes that could not be reached, and when each stops answering' }),
  })
  .meta({ id: 'Effective' });
export type Effective = z.infer<typeof effective>;
