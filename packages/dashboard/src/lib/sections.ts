import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useParams } from '@tanstack/react-router';
import type { Api, RootPermission } from '@claviger/contract';
import { texts } from '../texts.ts';
import { apisQuery } from './apis.ts';
import { resourceTypesOf } from './resource-types.ts';
import { permissionsIn } from './session.ts';

/** A page of an organization's settings that stands in its navigation. */
export interface Section {
  readonly to:
    | '/org/$organizationId/settings/api-keys'
    | '/org/$organizationId/settings/members'
    | '/org/$organizationId/settings/resources';
  readonly name: string;
  /** Whoever does not hold it is not shown the way. */
  readonly needs: RootPermission;
  /** Shown only where the APIs have something for it. Last, so that nothing moves once they are known. */
  readonly wants?: (apis: readonly Api[]) => boolean;
}

/** In the order in which they stand. */
export const sections: readonly Section[] = [
  { to: '/org/$organizationId/settings/api-keys', name: texts.keys.title, needs: 'keys:read' },
  { to: '/org/$organizationId/settings/members', name: texts.members.title, needs: 'members:read' },
  {
    to: '/org/$organizationId/settings/resources',
    name: texts.resources.title,
    needs: 'resources:read',
    wants: (apis) => resourceTypesOf(apis).length > 0,
  },
];

const route = getRouteApi('/signed-in');

/** Those of the organization that the address names, as far as one may see them. */
export function useSections(): Section[] {
  const { organizationId } = useParams({ strict: false });
  const { session } = route.useRouteContext();
  const apis = useQuery({
    ...apisQuery(organizationId ?? ''),
    enabled: organizationId !== undefined,
  });
  if (organizationId === undefined) return [];
  const held = permissionsIn(session, organizationId);
  return sections.filter(
    ({ needs, wants }) => held.includes(needs) && (wants?.(apis.data ?? []) ?? true),
  );
}
