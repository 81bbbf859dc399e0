import type { BulkFilter, KeyCount } from '@claviger/contract';
import type { RowSelectionState } from '@tanstack/react-table';
import { useState } from 'react';
import type { BulkDeed } from '../lib/bulk-run.ts';
import { usePart } from '../lib/use-part.ts';
import { wantedKeys, type KeyListFilter } from './key-list-search.ts';
import { SelectionBar } from './key-list-selection.tsx';

export interface Selection {
  /** By id; on whatever page they stand. */
  readonly ticked: RowSelectionState;
  /** Instead of them, all that match. */
  readonly everything: boolean;
}

const NOTHING: Selection = { ticked: {}, everything: false };

/** What is selected is of one list: other filters, and nothing is selected any more. */
export function useSelection(
  organizationId: string,
  filter: KeyListFilter,
): [Selection, (selection: Selection) => void] {
  const list = JSON.stringify([organizationId, filter]);
  const [selected, select] = useState({ list, selection: NOTHING });
  return [
    selected.list === list ? selected.selection : NOTHING,
    (selection) => select({ list, selection }),
  ];
}

interface KeyBulkProps {
  organizationId: string;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  filter: KeyListFilter;
  me: string;
  count: KeyCount | undefined;
}

export function KeyBulk(props: KeyBulkProps) {
  const { organizationId, selection, onSelect, filter, me, count } = props;
  const [asked, setAsked] = useState<{ deed: BulkDeed; filter: BulkFilter } | null>(null);
  // Few people need it, and nobody before they have selected something.
  const part = usePart(
    () => import('./key-bulk-dialog.tsx'),
    asked !== null,
    () => setAsked(null),
  );
  const ids = Object.keys(selection.ticked);
  /** Days are counted from the moment at which it is asked for, to the end of the run. */
  const meant = (): BulkFilter =>
    selection.everything ? wantedKeys(filter, organizationId, me) : { organizationId, ids };
  return (
    <>
      <SelectionBar
        ticked={ids.length}
        everything={selection.everything}
        count={count}
        onEverything={() => onSelect({ ...selection, everything: true })}
        onDeed={(deed) => setAsked({ deed, filter: meant() })}
        onClear={() => onSelect(NOTHING)}
      />
      {asked !== null && part !== null && (
        <part.BulkDialog
          organizationId={organizationId}
          {...asked}
          onClose={(isChanged) => {
            setAsked(null);
            if (isChanged) onSelect(NOTHING);
          }}
        />
      )}
    </>
  );
}
