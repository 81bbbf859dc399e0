import { z } from 'zod';
import { pageQuery } from './lists.ts';
import { label, organizationId, resourceId, resourceTypeId, timestamp } from './primitives.ts';

const type = resourceTypeId.meta({
  description: 'A type of resource, as API definitions declare it',
  example: 'customer',
});
const id = resourceId.meta({ description: 'The platform’s own id', example: 'cus_1' });

export const resource = z
  .object({
    organizationId,
    type,
    id,
    name: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Resource' });
export type Resource = z.output<typeof resource>;

export const putResourceBody = z
  .strictObject({ name: label(200).meta({ description: 'For people' }) })
  .meta({ id: 'PutResource', example: { name: 'Globex Corp.' } });
export type PutResource = z.output<typeof putResourceBody>;

export const resourceParams = z.object({ organizationId, type, id });
export type ResourceParams = z.output<typeof resourceParams>;
export const resourceTypeParams = z.object({ organizationId, type });
export type ResourceTypeParams = z.output<typeof resourceTypeParams>;

export const listResourcesQuery = z.strictObject({
  ...pageQuery,
  q: label(200).optional().meta({ description: 'Part of the name or id' }),
});
export type ListResources = z.output<typeof listResourcesQuery>;

export const resourcePut = z.object({ resource }).meta({ id: 'ResourcePut' });
export type ResourcePut = z.output<typeof resourcePut>;

export const resourceDeleted = z
  .object({ organizationId, type, id, deleted: z.literal(true) })
  .meta({ id: 'ResourceDeleted' });
export type ResourceDeleted = z.output<typeof resourceDeleted>;
