import { DropdownMenu } from 'radix-ui';
import { texts } from '../texts.ts';
import { useKept } from '../lib/kept.ts';
import { useWidthStep } from '../lib/width.ts';
import { buttonLook } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MENU, MENU_ITEM } from '../ui/look.ts';
import { COLUMN_IDS, LAYOUT, type ColumnId } from './key-columns.tsx';

const KEPT = 'claviger.keys.columns';

export interface ChosenColumns {
  readonly columns: readonly ColumnId[];
  readonly choose: (columns: readonly ColumnId[] | null) => void;
  readonly isChosen: boolean;
}

/** Those that somebody chose in this browser, or as many as there is room for. */
export function useColumns(hasSeveralApis: boolean): ChosenColumns {
  const [kept, keep] = useKept(KEPT);
  const step = useWidthStep();
  const columns = COLUMN_IDS.filter((id) => {
    if (kept !== null) return id === 'name' || kept.includes(id);
    // Keys of several APIs are told apart by it.
    const from = id === 'api' && hasSeveralApis ? 4 : LAYOUT[id].from;
    return from !== null && step >= from;
  });
  return {
    columns,
    choose: (chosen) => keep(chosen === null ? null : [...chosen]),
    isChosen: kept !== null,
  };
}

export function ColumnsMenu({ columns, choose, isChosen }: ChosenColumns) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttonLook('plain')}>
        {texts.keyList.columns}
        <Icon of="down" />
      </DropdownMenu.Trigger>
      {/* Within the landmark of the page, where readers look for it. */}
      <DropdownMenu.Portal container={document.querySelector('main')}>
        <DropdownMenu.Content align="end" sideOffset={6} className={MENU}>
          {COLUMN_IDS.filter((id) => id !== 'name').map((id) => (
            <DropdownMenu.CheckboxItem
              key={id}
              checked={columns.includes(id)}
              // It stays open: people choose several.
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={(isWanted) =>
                choose(
                  COLUMN_IDS.filter((each) => (each === id ? isWanted : columns.includes(each))),
                )
              }
              className={`${MENU_ITEM} flex items-center gap-2`}
            >
              <span className="w-4" aria-hidden>
                <DropdownMenu.ItemIndicator>
                  <Icon of="check" />
                </DropdownMenu.ItemIndicator>
              </span>
              {LAYOUT[id].name}
            </DropdownMenu.CheckboxItem>
          ))}
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item
            disabled={!isChosen}
            onSelect={() => choose(null)}
            className={`${MENU_ITEM} data-disabled:text-muted`}
          >
            {texts.keyList.columnsReset}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
