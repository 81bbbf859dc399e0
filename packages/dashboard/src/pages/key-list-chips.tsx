import type { Api } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { fill, texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';
import { changedSearch, type KeyListFilter, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const words = texts.keyList;

/** Each filter that is on, to be taken off again. */
export function FilterChips({ search, apis }: { search: KeyListSearch; apis: readonly Api[] }) {
  const navigate = route.useNavigate();
  const chips = chipsOf(search, apis);
  if (chips.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2 text-xs">
      {chips.map(([name, text]) => (
        <li key={name}>
          <button
            type="button"
            aria-label={fill(words.chips.remove, { filter: text })}
            onClick={() =>
              void navigate({ search: (now) => changedSearch(now, { [name]: undefined }) })
            }
            className="inline-flex max-w-72 items-center gap-1.5 rounded-full border border-line bg-surface py-0.5 pl-2.5 pr-2 leading-5 hover:bg-sunken"
          >
            <span className="truncate">{text}</span>
            <Icon of="close" className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function chipsOf(search: KeyListSearch, apis: readonly Api[]): [keyof KeyListFilter, string][] {
  const { q, status, environment, api, kind, permission } = search;
  const { resource, owner, expiring, unused } = search;
  const filled = (text: string, value: string | number | undefined) =>
    value === undefined ? undefined : fill(text, { value: String(value) });
  const permissions = apis.flatMap((each) => each.permissions);
  const chips: [keyof KeyListFilter, string | undefined][] = [
    ['q', filled(words.chips.q, q)],
    ['status', status && texts.keys.statuses[status]],
    ['environment', environment],
    ['api', filled(words.chips.api, apis.find(({ id }) => id === api)?.name ?? api)],
    ['kind', kind && words.kinds[kind]],
    ['permission', permissions.find(({ id }) => id === permission)?.name ?? permission],
    ['resource', filled(words.chips.resource, resource)],
    ['owner', owner && words.mine],
    ['expiring', filled(words.chips.expiring, expiring)],
    ['unused', filled(words.chips.unused, unused)],
  ];
  return chips.filter((chip): chip is [keyof KeyListFilter, string] => chip[1] !== undefined);
}
