import type { Api, Key } from '@claviger/contract';
import {
  useTable,
  type Header,
  type RowSelectionState,
  type SortingState,
  type Updater,
} from '@tanstack/react-table';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { texts } from '../texts.ts';
import {
  BOX,
  EDGE_WIDTHS,
  features,
  keyColumns,
  LAYOUT,
  MENU,
  type ColumnId,
} from './key-columns.tsx';
import type { RowMenuProps } from './key-row-menu.tsx';
import { changedSearch, USUAL_ORDER, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

export interface KeyRowsProps {
  /** null while they are not there yet. */
  keys: readonly Key[] | null;
  apis: readonly Api[];
  /** When they were read. */
  nowMs: number;
  search: KeyListSearch;
  mayWrite: boolean;
  selection: RowSelectionState;
  onSelect: (selection: RowSelectionState) => void;
  onFault: RowMenuProps['onFault'];
}

const NO_KEYS: readonly Key[] = [];

export function KeyTable({ columns, ...props }: KeyRowsProps & { columns: readonly ColumnId[] }) {
  const table = useKeyTable(columns, props);
  const shown = table.getVisibleLeafColumns();
  const width = shown.reduce((sum, { id }) => sum + widthOf(id), 0);
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table
        className="w-full table-fixed text-left text-[13px]"
        style={{ minWidth: width }}
        aria-busy={props.keys === null}
      >
        <caption className="sr-only">{texts.keys.title}</caption>
        <colgroup>
          {shown.map(({ id }) => (
            <col key={id} {...(id !== 'name' && { style: { width: widthOf(id) } })} />
          ))}
        </colgroup>
        <thead className="border-b border-line text-muted">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Heading key={header.id} of={header}>
                  <table.FlexRender header={header} />
                </Heading>
              ))}
            </tr>
          ))}
        </thead>
        <tbody className="divide-y divide-line">
          {props.keys === null && <Placeholders columns={shown.map(({ id }) => id)} />}
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              aria-selected={props.mayWrite ? row.getIsSelected() : undefined}
              className="h-13 hover:bg-page aria-selected:bg-sunken"
            >
              {row.getVisibleCells().map((cell) =>
                cell.column.id === 'name' ? (
                  <th key={cell.id} scope="row" className={`${CELL} font-medium`}>
                    <table.FlexRender cell={cell} />
                  </th>
                ) : (
                  <td key={cell.id} className={CELL}>
                    <table.FlexRender cell={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const CELL = 'overflow-hidden px-2 py-1.5 text-ellipsis first:pl-3';

const widthOf = (id: string): number =>
  id === BOX || id === MENU ? EDGE_WIDTHS[id] : LAYOUT[id as ColumnId].width;

/** The keys come filtered, sorted and paged: the table knows which columns and rows are chosen. */
function useKeyTable(columns: readonly ColumnId[], props: KeyRowsProps) {
  const { keys, apis, nowMs, search, mayWrite, selection, onSelect, onFault } = props;
  const navigate = route.useNavigate();
  const defined = useMemo(
    () => keyColumns({ apis, nowMs, mayWrite, onFault }),
    [apis, nowMs, mayWrite, onFault],
  );
  const { sort, order } = { ...USUAL_ORDER, ...search };
  const sorting: SortingState = Object.entries(LAYOUT)
    .filter(([, { sort: by }]) => by === sort)
    .map(([id]) => ({ id, desc: order === 'desc' }));
  const visible = Object.keys(LAYOUT).map((id) => [id, columns.includes(id as ColumnId)] as const);
  return useTable({
    features,
    columns: defined,
    data: keys ?? NO_KEYS,
    getRowId: ({ id }) => id,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    enableRowSelection: mayWrite,
    state: {
      sorting,
      rowSelection: selection,
      columnVisibility: { ...Object.fromEntries(visible), [BOX]: mayWrite },
    },
    onRowSelectionChange: (updater) => onSelect(updated(updater, selection)),
    onSortingChange: (updater) => {
      const [by] = updated(updater, sorting);
      const chosen = by && LAYOUT[by.id as ColumnId].sort;
      if (chosen === undefined) return;
      const change = { sort: chosen, order: by?.desc === true ? 'desc' : 'asc' } as const;
      void navigate({ search: (now) => changedSearch(now, change) });
    },
  });
}

const updated = <State,>(updater: Updater<State>, state: State): State =>
  typeof updater === 'function' ? (updater as (state: State) => State)(state) : updater;

const SPOKEN = { asc: 'ascending', desc: 'descending' } as const;

function Heading({
  of: { column },
  children,
}: {
  of: Header<typeof features, Key, unknown>;
  children: React.ReactNode;
}) {
  const look = 'truncate px-2 py-2 font-medium first:pl-3';
  if (!column.getCanSort()) {
    return (
      <th scope="col" className={look}>
        {children}
      </th>
    );
  }
  const sorted = column.getIsSorted();
  return (
    <th scope="col" aria-sort={sorted === false ? 'none' : SPOKEN[sorted]} className={look}>
      <button
        type="button"
        className="inline-flex max-w-full items-center gap-1 rounded hover:text-text"
        onClick={column.getToggleSortingHandler()}
      >
        {children}
        <span aria-hidden className={sorted === false ? 'opacity-0' : ''}>
          {sorted === 'asc' ? '↑' : '↓'}
        </span>
      </button>
    </th>
  );
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Rows as high as those that will be there. */
const Placeholders = ({ columns }: { columns: readonly string[] }) =>
  PLACEHOLDERS.map((row) => (
    <tr key={row} aria-hidden className="h-13">
      {columns.map((id) => (
        <td key={id} className={CELL}>
          {id !== BOX && id !== MENU && (
            <span className="block h-4 w-3/4 animate-pulse rounded bg-sunken" />
          )}
        </td>
      ))}
    </tr>
  ));
