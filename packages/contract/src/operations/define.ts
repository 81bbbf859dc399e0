import type { z } from 'zod';
import type { Operation } from '../operation.ts';

export const define = <const O extends Operation>(operation: O): O => operation;

export const ok = <Schema extends z.ZodType>(schema: Schema) => ({ status: 200, schema }) as const;
export const created = <Schema extends z.ZodType>(schema: Schema) =>
  ({ status: 201, schema }) as const;
export const accepted = <Schema extends z.ZodType>(schema: Schema) =>
  ({ status: 202, schema }) as const;
