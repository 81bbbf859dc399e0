import type { Api } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { useState } from 'react';
import { explain } from '../lib/api.ts';
import { apisQuery } from '../lib/apis.ts';
import { permissionsIn } from '../lib/session.ts';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { useWidthStep } from '../lib/width.ts';
import { fill, texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { KeyFilters } from './key-filters.tsx';
import { KeyBulk, useSelection } from './key-list-bulk.tsx';
import { KeyCards, KeySort } from './key-list-cards.tsx';
import { FilterChips } from './key-list-chips.tsx';
import { ColumnsMenu, useColumns } from './key-list-columns-menu.tsx';
import { NoKeys, NoMatch } from './key-list-empty.tsx';
import { KeyPager } from './key-list-pager.tsx';
import { keyCountQuery, keyPageQuery } from './key-list-query.ts';
import { filterIn, isFiltered } from './key-list-search.ts';
import { KeyTable, type KeyRowsProps } from './key-table.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const NO_APIS: readonly Api[] = [];

/** Settings → API keys. */
export function KeyListPage() {
  const { organizationId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { session } = route.useRouteContext();
  const me = session.user.id;
  const filter = filterIn(search);
  const keys = useQuery(keyPageQuery(organizationId, search, me));
  const count = useQuery(keyCountQuery(organizationId, filter, me)).data;
  const apis = useQuery(apisQuery(organizationId)).data;
  const mayWrite = permissionsIn(session, organizationId).includes('keys:write');
  const [selection, select] = useSelection(organizationId, filter);
  const [fault, setFault] = useState<string | null>(null);
  const page = keys.data;
  const isEmpty = page?.data.length === 0;
  const hasNone = isEmpty && !isFiltered(search) && search.cursor === undefined;
  const rows: KeyRowsProps = {
    keys: page?.data ?? null,
    apis: apis ?? NO_APIS,
    nowMs: keys.dataUpdatedAt,
    search,
    mayWrite,
    selection: selection.ticked,
    onSelect: (ticked) => select({ ticked, everything: false }),
    onFault: setFault,
  };
  return (
    <Tooltip.Provider delayDuration={300}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Heading organizationId={organizationId} mayCreate={mayWrite && !hasNone} />
        {keys.isError && (
          <Notice>
            {explain(keys.error)} <Button onClick={() => keys.refetch()}>{texts.tryAgain}</Button>
          </Notice>
        )}
        {fault !== null && <Notice>{fault}</Notice>}
        {hasNone ? (
          <NoKeys apiId={apis?.[0]?.id} mayWrite={mayWrite} />
        ) : (
          <List {...rows} apisKnown={apis !== undefined} isFailed={keys.isError} />
        )}
        {isEmpty && !hasNone && <NoMatch onReset={() => void navigate({ search: {} })} />}
        {page !== undefined && !hasNone && <KeyPager search={search} page={page} count={count} />}
        {mayWrite && (
          <KeyBulk
            organizationId={organizationId}
            selection={selection}
            onSelect={select}
            filter={filter}
            me={me}
            count={count}
          />
        )}
      </div>
    </Tooltip.Provider>
  );
}

function Heading({ organizationId, mayCreate }: { organizationId: string; mayCreate: boolean }) {
  const organization = useOrganizationName(organizationId);
  return (
    <div className="flex flex-wrap items-start gap-4">
      <div className="grid min-w-0 gap-1">
        <h1 className="text-xl font-semibold tracking-tight">{texts.keys.title}</h1>
        <p className="break-words text-muted">{fill(texts.keys.intro, { organization })}</p>
      </div>
      {mayCreate && (
        <Link
          to="/org/$organizationId/settings/api-keys/new"
          params={{ organizationId }}
          className={`sm:ml-auto ${buttonLook('primary')}`}
        >
          {texts.keys.create}
        </Link>
      )}
    </div>
  );
}

/** The keys, and what chooses among them. */
function List({
  apisKnown,
  isFailed,
  ...rows
}: KeyRowsProps & { apisKnown: boolean; isFailed: boolean }) {
  const isNarrow = useWidthStep() === 0;
  const chosen = useColumns(rows.apis.length > 1);
  const { keys, search, apis } = rows;
  // What failed to come is not about to.
  const hasRows = keys === null ? !isFailed : keys.length > 0;
  return (
    <>
      <div className="grid grid-cols-2 items-center gap-2.5 sm:flex sm:flex-wrap">
        <KeyFilters search={search} apis={apisKnown ? apis : null} />
        {isNarrow ? (
          <KeySort search={search} />
        ) : (
          <div className="ml-auto">
            <ColumnsMenu {...chosen} />
          </div>
        )}
      </div>
      <FilterChips search={search} apis={apis} />
      {hasRows &&
        (isNarrow ? <KeyCards {...rows} /> : <KeyTable {...rows} columns={chosen.columns} />)}
    </>
  );
}
