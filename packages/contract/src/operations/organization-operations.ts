import { deleted } from '../api-definition.ts';
import { listOf } from '../lists.ts';
import {
  listOrganizationsQuery,
  organization,
  organizationChanged,
  organizationParams,
  patchOrganizationBody,
  putOrganizationBody,
} from '../organization.ts';
import {
  listResourcesQuery,
  putResourceBody,
  resource,
  resourceDeleted,
  resourceParams,
  resourcePut,
  resourceTypeParams,
} from '../resource.ts';
import { define, ok } from './define.ts';

const putOrganization = define({
  id: 'putOrganization',
  method: 'PUT',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Create or rename an organization',
  permission: 'organizations:write',
  params: organizationParams,
  body: putOrganizationBody,
  success: ok(organizationChanged),
  problems: ['BUILT_IN'],
});

const listOrganizations = define({
  id: 'listOrganizations',
  method: 'GET',
  path: '/v1/organizations',
  tag: 'Organizations',
  summary: 'List organizations',
  permission: 'organizations:read',
  query: listOrganizationsQuery,
  success: ok(listOf(organization)),
  problems: [],
});

const getOrganization = define({
  id: 'getOrganization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Read an organization',
  permission: 'organizations:read',
  params: organizationParams,
  success: ok(organization),
  problems: ['ORGANIZATION_NOT_FOUND'],
});

const patchOrganization = define({
  id: 'patchOrganization',
  method: 'PATCH',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Suspend, resume or rename an organization',
  description: 'While it is suspended, every key of it answers DISABLED.',
  permission: 'organizations:write',
  params: organizationParams,
  body: patchOrganizationBody,
  success: ok(organizationChanged),
  problems: ['ORGANIZATION_NOT_FOUND', 'BUILT_IN'],
});

const deleteOrganization = define({
  id: 'deleteOrganization',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}',
  tag: 'Organizations',
  summary: 'Delete an organization',
  description: 'Refused while it has keys.',
  permission: 'organizations:write',
  params: organizationParams,
  success: ok(deleted),
  problems: ['ORGANIZATION_NOT_FOUND', 'STILL_IN_USE', 'BUILT_IN'],
});

const putResource = define({
  id: 'putResource',
  method: 'PUT',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Name a resource',
  description:
    'Creates or renames an entry of the directory: a name for people beside an id that keys are scoped to. Verifications do not use it.',
  permission: 'resources:write',
  params: resourceParams,
  body: putResourceBody,
  success: ok(resourcePut),
  problems: ['ORGANIZATION_NOT_FOUND', 'BUILT_IN', 'RESOURCE_LIMIT_REACHED', 'BEYOND_OWN_RIGHTS'],
});

const listResources = define({
  id: 'listResources',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/resources/{type}',
  tag: 'Organizations',
  summary: 'List the named resources of a type',
  permission: 'resources:read',
  params: resourceTypeParams,
  query: listResourcesQuery,
  success: ok(listOf(resource)),
  problems: ['ORGANIZATION_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
});

const getResource = define({
  id: 'getResource',
  method: 'GET',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Read a named resource',
  permission: 'resources:read',
  params: resourceParams,
  success: ok(resource),
  problems: ['ORGANIZATION_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
});

const deleteResource = define({
  id: 'deleteResource',
  method: 'DELETE',
  path: '/v1/organizations/{organizationId}/resources/{type}/{id}',
  tag: 'Organizations',
  summary: 'Delete a named resource',
  description: 'Refused while keys that are not finally revoked are scoped to it.',
  permission: 'resources:write',
  params: resourceParams,
  success: ok(resourceDeleted),
  problems: [
    'ORGANIZATION_NOT_FOUND',
    'RESOURCE_NOT_FOUND',
    'STILL_IN_USE',
    'BUILT_IN',
    'BEYOND_OWN_RIGHTS',
  ],
});

export const organizationOperations = {
  putOrganization,
  listOrganizations,
  getOrganization,
  patchOrganization,
  deleteOrganization,
  putResource,
  listResources,
  getResource,
  deleteResource,
} as const;
