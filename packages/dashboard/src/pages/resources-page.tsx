import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { explain } from '../lib/api.ts';
import { apisQuery } from '../lib/apis.ts';
import { resourceTypesOf, type ResourceType } from '../lib/resource-types.ts';
import { plural, texts } from '../texts.ts';
import { Hint } from '../ui/hint.tsx';
import { SEGMENT, SEGMENTS } from '../ui/look.ts';
import { Notice } from '../ui/notice.tsx';
import { ResourceDirectory } from './resource-directory.tsx';
import { ResourceTable } from './resource-table.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/resources');

/** Settings → Resources: names for what keys are scoped to, type by type. */
export function ResourcesPage() {
  const { organizationId } = route.useParams();
  const search = route.useSearch();
  const apis = useQuery(apisQuery(organizationId));
  const types = resourceTypesOf(apis.data ?? []);
  const type = types.find(({ id }) => id === search.type) ?? types[0];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <div className="grid gap-1">
        <h1 className="text-xl font-semibold tracking-tight">{texts.resources.title}</h1>
        <p className="text-muted">{texts.resources.intro}</p>
      </div>
      {apis.isError && <Notice>{explain(apis.error)}</Notice>}
      {apis.isPending && <ResourceTable resources={null} />}
      {apis.isSuccess && type === undefined && (
        <Hint title={texts.resources.noTypes.title}>{texts.resources.noTypes.body}</Hint>
      )}
      {type !== undefined && (
        <>
          <Types of={types} current={type} />
          <ResourceDirectory key={type.id} of={type} />
        </>
      )}
    </div>
  );
}

/** Shown for a single one too: it says what is listed. */
const Types = ({ of: types, current }: { of: readonly ResourceType[]; current: ResourceType }) => (
  <nav aria-label={texts.resources.types} className="scrollbar-none -mx-5 overflow-x-auto px-5">
    <ul className={`${SEGMENTS} w-max`}>
      {types.map(({ id, name }) => (
        <li key={id}>
          <Link
            from="/org/$organizationId/settings/resources"
            search={{ type: id }}
            activeOptions={{ exact: true }}
            aria-current={id === current.id ? 'page' : undefined}
            className={SEGMENT}
          >
            {plural(name)}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);
