import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { namesOf, type ResourceType } from '../lib/resource-types.ts';
import { permissionsIn } from '../lib/session.ts';
import { fill, plural, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Hint } from '../ui/hint.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { AddResources } from './add-resources.tsx';
import { ResourceTable } from './resource-table.tsx';
import type { ResourcesSearch } from './resources-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/resources');

const PAGE = 50;

/** The named resources of one type. */
export function ResourceDirectory({ of: type }: { of: ResourceType }) {
  const queryClient = useQueryClient();
  const { organizationId } = route.useParams();
  const { q, cursor } = route.useSearch();
  const go = useGo(type);
  const { session } = route.useRouteContext();
  const mayWrite = permissionsIn(session, organizationId).includes('resources:write');
  const [adding, setAdding] = useState(false);
  const queryKey = ['resources', organizationId, type.id] as const;
  const changed = () => queryClient.invalidateQueries({ queryKey });
  const found = useQuery({
    queryKey: [...queryKey, q, cursor],
    placeholderData: keepPreviousData,
    queryFn: async () =>
      await clientFor(organizationId).organizations.resources.list(organizationId, type.id, {
        limit: PAGE,
        ...(q !== undefined && { q }),
        ...(cursor !== undefined && { cursor }),
      }),
  });
  const resources = found.data?.data ?? null;
  return (
    <>
      <div className="flex flex-wrap gap-3">
        <SearchField
          label={texts.resources.search}
          q={q ?? ''}
          onSearch={(text) => go({ q: text }, true)}
        />
        {mayWrite && (
          <Button look="primary" className="sm:ml-auto" onClick={() => setAdding(true)}>
            {fill(texts.resources.add, namesOf(type))}
          </Button>
        )}
      </div>
      {found.isError && (
        <Notice>
          {explain(found.error)} <Button onClick={() => found.refetch()}>{texts.tryAgain}</Button>
        </Notice>
      )}
      {(found.isPending || (resources !== null && resources.length > 0)) && (
        <ResourceTable resources={resources} {...(mayWrite && { onChanged: changed })} />
      )}
      {resources?.length === 0 && <Nothing of={type} mayWrite={mayWrite} />}
      {found.data !== undefined && <Pages of={type} nextCursor={found.data.nextCursor} />}
      {adding && (
        <AddResources
          organizationId={organizationId}
          type={type}
          onChanged={changed}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

/** Changes what the address says of the list, within the type. */
function useGo({ id: type }: ResourceType) {
  const navigate = route.useNavigate();
  return ({ q = '', cursor = '' }: ResourcesSearch, replace = false) =>
    void navigate({
      search: { type, ...(q !== '' && { q }), ...(cursor !== '' && { cursor }) },
      replace,
    });
}

function Nothing({ of: type, mayWrite }: { of: ResourceType; mayWrite: boolean }) {
  const { q, cursor } = route.useSearch();
  const go = useGo(type);
  const names = namesOf(type);
  const { empty, noMatch } = texts.resources;
  if (q !== undefined || cursor !== undefined) {
    const all = <Button onClick={() => go({})}>{fill(noMatch.reset, names)}</Button>;
    return (
      <Hint title={noMatch.title} action={all}>
        {fill(noMatch.body, names)}
      </Hint>
    );
  }
  const more = (
    <a href="/docs#createKey" className="text-sm text-accent underline underline-offset-4">
      {empty.more}
    </a>
  );
  return (
    <Hint title={fill(empty.title, names)} action={more}>
      {fill(empty.body, names)} {!mayWrite && empty.reader}
    </Hint>
  );
}

function Pages({ of: type, nextCursor }: { of: ResourceType; nextCursor: string | null }) {
  const { q = '', cursor } = route.useSearch();
  const go = useGo(type);
  if (cursor === undefined && nextCursor === null) return null;
  return (
    <nav className="flex justify-end gap-2" aria-label={plural(type.name)}>
      <Button disabled={cursor === undefined} onClick={() => go({ q })}>
        {texts.resources.first}
      </Button>
      <Button
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && go({ q, cursor: nextCursor })}
      >
        {texts.resources.older}
      </Button>
    </nav>
  );
}
