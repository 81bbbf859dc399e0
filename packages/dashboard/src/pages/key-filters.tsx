import type { Api } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { fill, texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Icon } from '../ui/icon.tsx';
import { SearchField } from '../ui/search-field.tsx';
import {
  changedSearch,
  EXPIRING_DAYS,
  UNUSED_DAYS,
  unfiltered,
  type KeyListFilter,
  type KeyListSearch,
} from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const words = texts.keyList;

type Change = (changed: { [Name in keyof KeyListFilter]: KeyListFilter[Name] | undefined }) => void;

interface FiltersProps {
  search: KeyListSearch;
  /** null: not known yet. */
  apis: readonly Api[] | null;
}

export function KeyFilters({ search, apis }: FiltersProps) {
  const navigate = route.useNavigate();
  const change = (changed: Parameters<Change>[0], replace = false) =>
    void navigate({ search: (now) => changedSearch(now, changed), replace });
  const environments = [...new Set((apis ?? []).flatMap((api) => api.environments))];
  return (
    <>
      <SearchField
        label={texts.keys.search}
        q={search.q ?? ''}
        onSearch={(q) => change({ q }, true)}
        className="col-span-2 sm:min-w-44 sm:max-w-72 sm:flex-1"
      />
      <Choice
        compact
        className="min-w-0 sm:w-32"
        label={texts.keys.status}
        value={search.status ?? ''}
        options={[['', texts.keys.anyStatus], ...Object.entries(texts.keys.statuses)]}
        onChange={(status) => change({ status: status as NonNullable<KeyListFilter['status']> })}
      />
      <Choice
        compact
        className="min-w-0 sm:w-46"
        label={texts.keys.environment}
        value={search.environment ?? ''}
        options={optionsOf(texts.keys.anyEnvironment, environments, search.environment)}
        onChange={(environment) => change({ environment })}
      />
      <MoreFilters search={search} apis={apis ?? []} onChange={change} />
    </>
  );
}

/** What stands in the address is offered too, although no API may have it any more. */
function optionsOf(any: string, ids: readonly string[], chosen: string | undefined) {
  const offered = chosen === undefined || ids.includes(chosen) ? ids : [...ids, chosen];
  return [['', any] as const, ...offered.map((id) => [id, id] as const)];
}

const MORE = ['api', 'kind', 'permission', 'owner', 'expiring', 'unused'] as const;

function MoreFilters({
  search,
  apis,
  onChange,
}: {
  search: KeyListSearch;
  apis: readonly Api[];
  onChange: Change;
}) {
  const navigate = route.useNavigate();
  const set = MORE.filter((name) => search[name] !== undefined).length;
  return (
    <Popover.Root>
      <Popover.Trigger className={buttonLook('plain')}>
        {words.filters}
        {set > 0 && (
          <span className="rounded-full bg-accent px-1.5 text-xs text-on-accent">{set}</span>
        )}
        <Icon of="down" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={words.filters}
          className="z-10 grid max-h-(--radix-popover-content-available-height) w-72 gap-3 overflow-y-auto rounded-lg border border-line bg-surface p-4 shadow-lg"
        >
          <Choices search={search} apis={apis} onChange={onChange} />
          <Button
            disabled={set === 0}
            onClick={() => void navigate({ search: (now) => unfiltered(now) })}
          >
            {words.resetFilters}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choices({
  search,
  apis,
  onChange,
}: {
  search: KeyListSearch;
  apis: readonly Api[];
  onChange: Change;
}) {
  const permissions = new Map(apis.flatMap((api) => api.permissions.map((one) => [one.id, one])));
  const days = (text: string, of: readonly number[]) =>
    of.map((count) => [String(count), fill(text, { days: String(count) })] as const);
  return (
    <>
      {apis.length > 1 && (
        <Choice
          label={words.api}
          value={search.api ?? ''}
          options={[['', words.anyApi], ...apis.map(({ id, name }) => [id, name] as const)]}
          onChange={(api) => onChange({ api })}
        />
      )}
      <Choice
        label={words.kind}
        value={search.kind ?? ''}
        options={[['', words.anyKind], ...Object.entries(words.kinds)]}
        onChange={(kind) => onChange({ kind: kind as NonNullable<KeyListFilter['kind']> })}
      />
      <Choice
        label={words.permission}
        value={search.permission ?? ''}
        options={[
          ['', words.anyPermission],
          ...[...permissions.values()].map(({ id, name }) => [id, name] as const),
        ]}
        onChange={(permission) => onChange({ permission })}
      />
      <Choice
        label={words.owner}
        value={search.owner ?? ''}
        options={[
          ['', words.anyOwner],
          ['me', words.mine],
        ]}
        onChange={(owner) => onChange({ owner: owner === 'me' ? 'me' : undefined })}
      />
      <Choice
        label={words.expiring}
        value={String(search.expiring ?? '')}
        options={[['', words.anyExpiry], ...days(words.expiringIn, EXPIRING_DAYS)]}
        onChange={(text) => onChange({ expiring: EXPIRING_DAYS.find((n) => String(n) === text) })}
      />
      <Choice
        label={words.unused}
        value={String(search.unused ?? '')}
        options={[['', words.anyUse], ...days(words.unusedFor, UNUSED_DAYS)]}
        onChange={(text) => onChange({ unused: UNUSED_DAYS.find((n) => String(n) === text) })}
      />
    </>
  );
}
