import type { Key, KeySort } from '@claviger/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { changedSearch, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

interface Column {
  readonly id: keyof typeof texts.keys.columns;
  readonly sort?: KeySort;
  /** From which width on there is room for it. */
  readonly from?: string;
  readonly className?: string;
  readonly cell: (key: Key) => ReactNode;
}

const { never, nobody } = texts.keys;

const COLUMNS: readonly Column[] = [
  { id: 'name', sort: 'name', className: 'min-w-40 max-w-72 break-words', cell: nameOf },
  {
    id: 'key',
    from: 'max-sm:hidden',
    className: 'max-w-44 truncate font-mono text-xs',
    cell: ({ publicKey, hint }) => <span title={publicKey ?? hint}>{publicKey ?? hint}</span>,
  },
  { id: 'permissions', from: 'max-lg:hidden', cell: summaryOf },
  { id: 'environment', from: 'max-md:hidden', cell: ({ environment }) => environment },
  { id: 'status', cell: ({ status }) => <Status of={status} /> },
  { id: 'limits', from: 'max-xl:hidden', cell: limitsOf },
  {
    id: 'owner',
    from: 'max-2xl:hidden',
    className: 'max-w-40 truncate',
    cell: ({ ownerId }) => ownerId ?? nobody,
  },
  {
    id: 'created',
    sort: 'createdAt',
    from: 'max-lg:hidden',
    cell: ({ createdAt }) => <Time value={createdAt} none="" />,
  },
  {
    id: 'lastUsed',
    sort: 'lastUsedAt',
    from: 'max-sm:hidden',
    cell: ({ lastUsedAt }) => <Time value={lastUsedAt} none={never} />,
  },
  {
    id: 'expires',
    sort: 'expiresAt',
    from: 'max-md:hidden',
    cell: ({ expiresAt }) => <Time value={expiresAt} none={never} />,
  },
];

/** `keys`: null while they are not there yet. */
export function KeyTable({ keys, search }: { keys: readonly Key[] | null; search: KeyListSearch }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full text-left text-sm" aria-busy={keys === null}>
        <caption className="sr-only">{texts.keys.title}</caption>
        <thead className="border-b border-line text-muted">
          <tr>
            {COLUMNS.map((column) => (
              <Heading key={column.id} of={column} search={search} />
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

const SPOKEN = { asc: 'ascending', desc: 'descending' } as const;

/** The newest first, as the API lists them. */
const USUAL = { sort: 'createdAt', order: 'desc' } as const;

function Heading({ of: { id, sort, from }, search }: { of: Column; search: KeyListSearch }) {
  const navigate = route.useNavigate();
  const name = texts.keys.columns[id];
  const look = `whitespace-nowrap px-3 py-2.5 font-medium ${from ?? ''}`;
  if (sort === undefined) {
    return (
      <th scope="col" className={look}>
        {name}
      </th>
    );
  }
  const now = { ...USUAL, ...search };
  const sorted = now.sort === sort ? now.order : null;
  const usually = sort === 'name' ? 'asc' : 'desc';
  const other = sorted === 'asc' ? 'desc' : 'asc';
  const order = sorted === null ? usually : other;
  return (
    <th scope="col" aria-sort={sorted === null ? 'none' : SPOKEN[sorted]} className={look}>
      <button
        type="button"
        className="inline-flex items-center gap-1 rounded hover:text-text"
        onClick={() =>
          void navigate({ search: (before) => changedSearch(before, { sort, order }) })
        }
      >
        {name}
        <span aria-hidden className={sorted === null ? 'opacity-0' : ''}>
          {sorted === 'asc' ? '↑' : '↓'}
        </span>
      </button>
    </th>
  );
}

function Row({ of: key }: { of: Key }) {
  return (
    <tr className="align-top">
      {COLUMNS.map(({ id, from = '', className = '', cell }) => {
        const look = `px-3 py-3 ${from} ${className}`;
        return id === 'name' ? (
          <th key={id} scope="row" className={`${look} font-medium`}>
            {cell(key)}
          </th>
        ) : (
          <td key={id} className={look}>
            {cell(key)}
          </td>
        );
      })}
    </tr>
  );
}

function nameOf({ id: keyId, organizationId, name }: Key) {
  return (
    <Link
      to="/org/$organizationId/settings/api-keys/$keyId"
      params={{ organizationId, keyId }}
      className="hover:underline"
    >
      {name}
    </Link>
  );
}

/** The preset, or the first two and how many more. */
function summaryOf({ preset, permissions }: Key): string {
  if (preset !== null) return preset;
  const more = permissions.length - 2;
  const shown = permissions.slice(0, 2).join(', ');
  return more > 0 ? `${shown} +${more}` : shown;
}

function limitsOf({ rateLimits }: Key): ReactNode {
  if (rateLimits.length === 0) return nobody;
  return rateLimits.map(({ name, limit, windowSeconds }) => (
    <span key={name} className="block whitespace-nowrap">
      {limit} / {windowSeconds} s
    </span>
  ));
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

const Placeholders = () =>
  PLACEHOLDERS.map((row) => (
    <tr key={row} aria-hidden>
      {COLUMNS.map(({ id, from = '' }) => (
        <td key={id} className={`px-3 py-3 ${from}`}>
          <span className="block h-5 w-20 animate-pulse rounded bg-sunken" />
        </td>
      ))}
    </tr>
  ));
