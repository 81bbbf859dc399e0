import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apisQuery } from '../lib/apis.ts';
import { texts } from '../texts.ts';
import { Choice } from '../ui/choice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { changedSearch, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

export function KeyFilters({ search }: { search: KeyListSearch }) {
  const navigate = route.useNavigate();
  const { organizationId } = route.useParams();
  const apis = useQuery(apisQuery(organizationId));
  const environments = [...new Set((apis.data ?? []).flatMap((api) => api.environments))];
  const change = (changed: Partial<KeyListSearch>, replace = false) =>
    void navigate({ search: (now) => changedSearch(now, changed), replace });
  return (
    <div className="flex flex-wrap gap-3">
      <SearchField
        label={texts.keys.search}
        q={search.q ?? ''}
        onSearch={(q) => change({ q }, true)}
      />
      <Choice
        compact
        label={texts.keys.status}
        value={search.status ?? ''}
        options={[['', texts.keys.anyStatus], ...Object.entries(texts.keys.statuses)]}
        onChange={(status) => change({ status: status as NonNullable<KeyListSearch['status']> })}
      />
      {environments.length > 1 && (
        <Choice
          compact
          label={texts.keys.environment}
          value={search.environment ?? ''}
          options={[
            ['', texts.keys.anyEnvironment],
            ...environments.map((id) => [id, id] as const),
          ]}
          onChange={(environment) => change({ environment })}
        />
      )}
    </div>
  );
}
