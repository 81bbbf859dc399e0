import {
  api,
  apiChanged,
  apiParams,
  deleted,
  listApisQuery,
  putApiBody,
} from '../api-definition.ts';
import { listOf } from '../lists.ts';
import { define, ok } from './define.ts';

const putApi = define({
  id: 'putApi',
  method: 'PUT',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Define an API',
  description:
    'Creates or replaces the definition. A change that would leave keys without something they use is refused with how many they are.',
  permission: 'apis:write',
  params: apiParams,
  body: putApiBody,
  success: ok(apiChanged),
  problems: ['STILL_IN_USE', 'BUILT_IN'],
});

const listApis = define({
  id: 'listApis',
  method: 'GET',
  path: '/v1/apis',
  tag: 'APIs',
  summary: 'List APIs',
  permission: 'apis:read',
  query: listApisQuery,
  success: ok(listOf(api)),
  problems: [],
});

const getApi = define({
  id: 'getApi',
  method: 'GET',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Read an API',
  permission: 'apis:read',
  params: apiParams,
  success: ok(api),
  problems: ['API_NOT_FOUND'],
});

const deleteApi = define({
  id: 'deleteApi',
  method: 'DELETE',
  path: '/v1/apis/{apiId}',
  tag: 'APIs',
  summary: 'Delete an API',
  description: 'Refused while it has keys.',
  permission: 'apis:write',
  params: apiParams,
  success: ok(deleted),
  problems: ['API_NOT_FOUND', 'STILL_IN_USE', 'BUILT_IN'],
});

export const apiOperations = {
  putApi,
  listApis,
  getApi,
  deleteApi,
} as const;
