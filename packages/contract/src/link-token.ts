import { z } from 'zod';

/** Of the links that make the first user, invite, or let somebody in again. */
export const linkToken = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'What stands behind `#token=` in the link' });

export const LINK_TOKEN_EXAMPLE = 'ZmlmdHktb25lIHJhbmRvbSBjaGFyYWN0ZXJzIG9mIGEgbGluaw';
