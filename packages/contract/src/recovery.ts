import { z } from 'zod';
import { email, newPassword } from './account.ts';
import { LINK_TOKEN_EXAMPLE, linkToken } from './link-token.ts';
import { timestamp } from './primitives.ts';

const removesSecondFactor = z.boolean().meta({
  description: 'Whether taking it turns the second factor off, which its owner has lost',
});

export const createRecoveryBody = z
  .strictObject({ email, removesSecondFactor: removesSecondFactor.default(false) })
  .meta({ id: 'CreateRecovery', example: { email: 'grace@example.com' } });
export type CreateRecovery = z.output<typeof createRecoveryBody>;
export type CreateRecoveryInput = z.input<typeof createRecoveryBody>;

export const recovery = z
  .object({ email: z.string(), removesSecondFactor, expiresAt: timestamp })
  .meta({ id: 'Recovery' });
export type Recovery = z.output<typeof recovery>;

export const recoveryMade = z
  .object({
    recovery,
    link: z.string().meta({
      description: 'Whoever opens it chooses the password of that account. Shown this once',
    }),
  })
  .meta({ id: 'RecoveryMade' });
export type RecoveryMade = z.output<typeof recoveryMade>;

export const requestRecoveryBody = z
  .strictObject({ email })
  .meta({ id: 'RequestRecovery', example: { email: 'grace@example.com' } });
export type RequestRecovery = z.output<typeof requestRecoveryBody>;

export const recoveryRequested = z
  .object({ requested: z.literal(true) })
  .meta({ id: 'RecoveryRequested' });
export type RecoveryRequested = z.output<typeof recoveryRequested>;

export const previewRecoveryBody = z
  .strictObject({ token: linkToken })
  .meta({ id: 'PreviewRecovery', example: { token: LINK_TOKEN_EXAMPLE } });
export type PreviewRecovery = z.output<typeof previewRecoveryBody>;

export const takeRecoveryBody = z.strictObject({ token: linkToken, password: newPassword }).meta({
  id: 'TakeRecovery',
  example: { token: LINK_TOKEN_EXAMPLE, password: 'correct horse battery staple' },
});
export type TakeRecovery = z.output<typeof takeRecoveryBody>;

export const recoveryTaken = z
  .object({ email: z.string(), recovered: z.literal(true) })
  .meta({ id: 'RecoveryTaken' });
export type RecoveryTaken = z.output<typeof recoveryTaken>;
