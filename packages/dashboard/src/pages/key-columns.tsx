import type { Api, Key, KeySort } from '@claviger/contract';
import {
  columnVisibilityFeature,
  createColumnHelper,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  type ColumnDef,
} from '@tanstack/react-table';
import { texts } from '../texts.ts';
import { Person } from '../ui/person.tsx';
import { Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import {
  KeyExpiry,
  KeyHint,
  KeyLimits,
  KeyName,
  KeyPermissions,
  KindTag,
} from './key-list-cells.tsx';
import { KeyRowMenu, type RowMenuProps } from './key-row-menu.tsx';
import { PageBox, RowBox } from './key-list-boxes.tsx';

export const features = tableFeatures({
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
});

export type ColumnId = keyof typeof texts.keys.columns | 'api';

interface Layout {
  readonly name: string;
  /** In pixels: columns do not move when the keys arrive. The name takes what is left. */
  readonly width: number;
  /** The step of the window's width from which on there is room for it; null: only when it is asked for. */
  readonly from: number | null;
  readonly sort?: KeySort;
}

const { columns: names } = texts.keys;

/** In the order in which they stand. */
export const LAYOUT: Readonly<Record<ColumnId, Layout>> = {
  name: { name: names.name, width: 150, from: 0, sort: 'name' },
  key: { name: names.key, width: 136, from: 1 },
  permissions: { name: names.permissions, width: 150, from: 3 },
  api: { name: texts.keyList.api, width: 110, from: null },
  environment: { name: names.environment, width: 100, from: 3 },
  status: { name: names.status, width: 88, from: 0 },
  limits: { name: names.limits, width: 92, from: 4 },
  owner: { name: names.owner, width: 120, from: 5 },
  created: { name: names.created, width: 104, from: 4, sort: 'createdAt' },
  lastUsed: { name: names.lastUsed, width: 124, from: 1, sort: 'lastUsedAt' },
  expires: { name: names.expires, width: 104, from: 2, sort: 'expiresAt' },
};
export const COLUMN_IDS = Object.keys(LAYOUT) as ColumnId[];

/** Beside the columns: a box to tick, and a menu. */
export const BOX = 'box';
export const MENU = 'menu';
export const EDGE_WIDTHS = { [BOX]: 36, [MENU]: 44 };

interface ColumnsOf extends Omit<RowMenuProps, 'of'> {
  apis: readonly Api[];
  nowMs: number;
}

const helper = createColumnHelper<typeof features, Key>();

/** What stands in each column. */
export function keyColumns({
  apis,
  nowMs,
  ...menu
}: ColumnsOf): ColumnDef<typeof features, Key, unknown>[] {
  const apiOf = (key: Key) => apis.find(({ id }) => id === key.apiId);
  const { never } = texts.keys;
  const cells: Record<ColumnId, (key: Key) => React.ReactNode> = {
    name: (key) => <KeyName of={key} />,
    key: (key) => (
      <span className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-0.5">
        <KeyHint of={key} />
        <KindTag of={key} />
      </span>
    ),
    permissions: (key) => <KeyPermissions of={key} api={apiOf(key)} />,
    api: (key) => apiOf(key)?.name ?? key.apiId,
    environment: ({ environment }) => environment,
    status: ({ status }) => <Status of={status} />,
    limits: (key) => <KeyLimits of={key} api={apiOf(key)} />,
    owner: ({ ownerId }) =>
      ownerId === null ? (
        <span className="text-muted">{texts.keys.nobody}</span>
      ) : (
        <Person id={ownerId} />
      ),
    created: ({ createdAt }) => <Time value={createdAt} none="" />,
    lastUsed: ({ lastUsedAt }) => <Time value={lastUsedAt} none={never} />,
    expires: (key) => <KeyExpiry of={key} nowMs={nowMs} />,
  };
  return [
    helper.display({
      id: BOX,
      enableHiding: false,
      enableSorting: false,
      header: ({ table }) => <PageBox table={table} />,
      cell: ({ row }) => <RowBox row={row} />,
    }),
    ...COLUMN_IDS.map((id) =>
      helper.accessor((key) => key.id, {
        id,
        enableSorting: LAYOUT[id].sort !== undefined,
        // Names from A, times from the latest.
        sortDescFirst: id !== 'name',
        header: LAYOUT[id].name,
        cell: ({ row }) => cells[id](row.original),
      }),
    ),
    helper.display({
      id: MENU,
      enableHiding: false,
      enableSorting: false,
      header: () => <span className="sr-only">{texts.keyList.actionsColumn}</span>,
      cell: ({ row }) => <KeyRowMenu of={row.original} {...menu} />,
    }),
  ] as ColumnDef<typeof features, Key, unknown>[];
}
