import { z } from 'zod';
import { problemCodes } from './problems.ts';

/** One fault. `pointer` is a JSON pointer into the body (RFC 6901), or `/query/<name>`, `/path/<name>`, `/header/<name>`. */
export const fault = z.object({ pointer: z.string(), message: z.string() }).meta({ id: 'Fault' });
export type Fault = z.infer<typeof fault>;

export const problem = z
  .object({
    type: z.string().meta({ description: 'An address that explains the problem and its remedy' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong here and what to do next' }),
    code: z.enum(problemCodes),
    requestId: z.string(),
    errors: z.array(fault).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
export type Problem = z.infer<typeof problem>;
