import { z } from 'zod';

export const access = z.enum(['read', 'write']);
export type Access = z.output<typeof access>;
