import type { Key } from '@claviger/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { permissionsIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import type { KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const PAGE = 50;
/** Long enough for a word, short enough not to be noticed. */
const TYPING_MS = 250;

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
  const isFiltered = Boolean(search.q ?? search.status ?? search.environment);
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
      <Filters search={search} />
      {keys.isError && (
        <Notice>
          {explain(keys.error)} <Button onClick={() => keys.refetch()}>{texts.tryAgain}</Button>
        </Notice>
      )}
      {keys.isPending && <Rows keys={null} />}
      {keys.data !== undefined && keys.data.data.length > 0 && <Rows keys={keys.data.data} />}
      {keys.data !== undefined && keys.data.data.length === 0 && <Nothing filtered={isFiltered} />}
      {keys.data !== undefined && <Pages search={search} nextCursor={keys.data.nextCursor} />}
    </div>
  );
}

function Filters({ search }: { search: KeyListSearch }) {
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? '');
  useEffect(() => {
    if (typed === (search.q ?? '')) return undefined;
    const timer = setTimeout(() => {
      const { q: _, cursor: __, ...rest } = search;
      void navigate({ search: typed === '' ? rest : { ...rest, q: typed }, replace: true });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, search, navigate]);
  const choose = (status: string) => {
    const { status: _, cursor: __, ...rest } = search;
    void navigate({ search: status === '' ? rest : { ...rest, status: status as Key['status'] } });
  };
  return (
    <div className="flex flex-wrap gap-3">
      <input
        type="search"
        aria-label={texts.keys.search}
        placeholder={texts.keys.search}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="h-9 w-full max-w-xs rounded-md border border-line-strong bg-surface px-3 text-sm"
      />
      <select
        aria-label={texts.keys.status}
        value={search.status ?? ''}
        onChange={(event) => choose(event.target.value)}
        className="h-9 rounded-md border border-line-strong bg-surface px-2 text-sm"
      >
        <option value="">{texts.keys.anyStatus}</option>
        {Object.entries(texts.keys.statuses).map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

const { columns } = texts.keys;

/** Null: not there yet. */
function Rows({ keys }: { keys: readonly Key[] | null }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{texts.keys.title}</caption>
        <thead className="border-b border-line text-muted">
          <tr>
            {Object.entries(columns).map(([id, name]) => (
              <th key={id} scope="col" className="whitespace-nowrap px-3 py-2.5 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {keys === null ? <Placeholders /> : keys.map((key) => <Row key={key.id} of={key} />)}
        </tbody>
      </table>
    </div>
  );
}

function Row({ of: key }: { of: Key }) {
  return (
    <tr className="align-top">
      <th scope="row" className="min-w-40 max-w-72 break-words px-3 py-3 font-medium">
        <Link
          to="/org/$organizationId/settings/api-keys/$keyId"
          params={{ organizationId: key.organizationId, keyId: key.id }}
          className="hover:underline"
        >
          {key.name}
        </Link>
      </th>
      <td className="whitespace-nowrap px-3 py-3 font-mono text-xs">{key.publicKey ?? key.hint}</td>
      <td className="px-3 py-3">{summaryOf(key)}</td>
      <td className="px-3 py-3">{key.environment}</td>
      <td className="px-3 py-3">
        <Status of={key.status} />
      </td>
      <td className="px-3 py-3">
        {key.rateLimits.length === 0 && texts.keys.nobody}
        {key.rateLimits.map(({ name, limit, windowSeconds }) => (
          <span key={name} className="block whitespace-nowrap">
            {limit} / {windowSeconds} s
          </span>
        ))}
      </td>
      <td className="max-w-40 truncate px-3 py-3">{key.ownerId ?? texts.keys.nobody}</td>
      <td className="px-3 py-3">
        <Time value={key.createdAt} none="" />
      </td>
      <td className="px-3 py-3">
        <Time value={key.lastUsedAt} none={texts.keys.never} />
      </td>
      <td className="px-3 py-3">
        <Time value={key.expiresAt} none={texts.keys.never} />
      </td>
    </tr>
  );
}

/** "Full access", or the first two and how many more. */
function summaryOf({ preset, permissions }: Key): string {
  if (preset !== null) return preset;
  const [shown, more] = [permissions.slice(0, 2).join(', '), permissions.length - 2];
  return more > 0 ? `${shown} +${more}` : shown;
}

const Placeholders = () =>
  Array.from({ length: 6 }, (_, row) => (
    <tr key={row} aria-hidden>
      {Object.keys(columns).map((id) => (
        <td key={id} className="px-3 py-3">
          <span className="block h-4 w-20 animate-pulse rounded bg-sunken" />
        </td>
      ))}
    </tr>
  ));

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
