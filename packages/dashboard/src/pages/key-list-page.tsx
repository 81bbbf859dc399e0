import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clientFor, explain } from '../lib/api.ts';
import { permissionsIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { KeyFilters } from './key-filters.tsx';
import type { KeyListSearch } from './key-list-search.ts';
import { KeyTable } from './key-table.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const PAGE = 50;

/** Settings → API keys. */
export function KeyListPage() {
  const { organizationId } = route.useParams();
  const search = route.useSearch();
  const keys = useQuery({
    queryKey: ['keys', organizationId, search],
    queryFn: async () =>
      await clientFor(organizationId).keys.list({ ...search, organizationId, limit: PAGE }),
    placeholderData: keepPreviousData,
  });
  const mayWrite = permissionsIn(route.useRouteContext().session, organizationId).includes(
    'keys:write',
  );
  const isFiltered = Boolean(search.q ?? search.status ?? search.environment ?? search.resource);
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-start gap-4">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold tracking-tight">{texts.keys.title}</h1>
          <p className="text-muted">{fill(texts.keys.intro, { organization: organizationId })}</p>
        </div>
        {mayWrite && (
          <Link
            to="/org/$organizationId/settings/api-keys/new"
            params={{ organizationId }}
            className={`ml-auto ${buttonLook('primary')}`}
          >
            {texts.keys.create}
          </Link>
        )}
      </div>
      <KeyFilters search={search} />
      {keys.isError && (
        <Notice>
          {explain(keys.error)} <Button onClick={() => keys.refetch()}>{texts.tryAgain}</Button>
        </Notice>
      )}
      {keys.isPending && <KeyTable keys={null} search={search} />}
      {keys.data !== undefined && keys.data.data.length > 0 && (
        <KeyTable keys={keys.data.data} search={search} />
      )}
      {keys.data !== undefined && keys.data.data.length === 0 && <Nothing filtered={isFiltered} />}
      {keys.data !== undefined && <Pages search={search} nextCursor={keys.data.nextCursor} />}
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const navigate = route.useNavigate();
  const { title, body } = filtered ? texts.keys.noMatch : texts.keys.empty;
  return (
    <section className="grid justify-items-start gap-3 rounded-lg border border-dashed border-line px-6 py-10">
      <h2 className="font-semibold">{title}</h2>
      <p className="max-w-prose text-muted">{body}</p>
      {filtered && (
        <Button onClick={() => void navigate({ search: {} })}>{texts.keys.noMatch.reset}</Button>
      )}
    </section>
  );
}

function Pages({ search, nextCursor }: { search: KeyListSearch; nextCursor: string | null }) {
  const navigate = route.useNavigate();
  if (search.cursor === undefined && nextCursor === null) return null;
  const { cursor: _, ...first } = search;
  return (
    <nav className="flex justify-end gap-2" aria-label={texts.keys.title}>
      <Button
        disabled={search.cursor === undefined}
        onClick={() => void navigate({ search: first })}
      >
        {texts.keys.newer}
      </Button>
      <Button
        disabled={nextCursor === null}
        onClick={() => {
          if (nextCursor !== null) void navigate({ search: { ...search, cursor: nextCursor } });
        }}
      >
        {texts.keys.older}
      </Button>
    </nav>
  );
}
