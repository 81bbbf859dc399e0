import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { apisQuery } from '../lib/apis.ts';
import { texts } from '../texts.ts';
import { Choice } from '../ui/choice.tsx';
import { INPUT } from '../ui/look.ts';
import { changedSearch, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

/** Long enough for a word, short enough not to be noticed. */
const TYPING_MS = 250;

export function KeyFilters({ search }: { search: KeyListSearch }) {
  const navigate = route.useNavigate();
  const { organizationId } = route.useParams();
  const apis = useQuery(apisQuery(organizationId));
  const environments = [...new Set((apis.data ?? []).flatMap((api) => api.environments))];
  const change = (changed: Partial<KeyListSearch>, replace = false) =>
    void navigate({ search: (now) => changedSearch(now, changed), replace });
  return (
    <div className="flex flex-wrap gap-3">
      <SearchField q={search.q ?? ''} onSearch={(q) => change({ q }, true)} />
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

/** Searches once the typing pauses. */
function SearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed by other means, such as the browser's back button.
  useEffect(() => setTyped(q), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(text.trim()), TYPING_MS);
  };
  return (
    <input
      type="search"
      aria-label={texts.keys.search}
      placeholder={texts.keys.search}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.target.value)}
      className={`${INPUT} h-9 w-full max-w-xs px-3`}
    />
  );
}
