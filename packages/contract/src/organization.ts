import { z } from 'zod';
import { effective } from './effective.ts';
import { pageQuery } from './lists.ts';
import { label, organizationId, timestamp } from './primitives.ts';

export const organization = z
  .object({
    id: organizationId,
    name: z.string(),
    suspended: z.boolean().meta({ description: 'true: every key of it answers DISABLED' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof organization>;

export const putOrganizationBody = z
  .strictObject({ name: label(200) })
  .meta({ id: 'PutOrganization', example: { name: 'Acme Inc.' } });
export type PutOrganization = z.output<typeof putOrganizationBody>;

export const patchOrganizationBody = z
  .strictObject({ name: label(200).optional(), suspended: z.boolean().optional() })
  .meta({ id: 'PatchOrganization', example: { suspended: true } });
export type PatchOrganization = z.output<typeof patchOrganizationBody>;

export const organizationParams = z.object({ organizationId });
export const listOrganizationsQuery = z.strictObject({
  ...pageQuery,
  q: label(200).optional().meta({ description: 'Part of the name or id' }),
});
export type ListOrganizations = z.output<typeof listOrganizationsQuery>;

export const organizationChanged = z
  .object({ organization, effective })
  .meta({ id: 'OrganizationChanged' });
export type OrganizationChanged = z.infer<typeof organizationChanged>;
