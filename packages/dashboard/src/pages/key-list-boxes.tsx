import type { Key } from '@claviger/contract';
import type { Row, Table } from '@tanstack/react-table';
import { useEffect, useRef } from 'react';
import { fill, texts } from '../texts.ts';
import type { features } from './key-columns.tsx';

type Features = typeof features;

interface BoxProps {
  label: string;
  checked: boolean;
  mixed?: boolean;
  onChange: (event: unknown) => void;
}

/** Its target is 24 pixels wide, although it looks smaller. */
export function Box({ label, checked, mixed = false, onChange }: BoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <label className="grid size-6 cursor-pointer place-items-center">
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={checked}
        onChange={onChange}
        className="size-4 cursor-pointer accent-accent"
      />
    </label>
  );
}

export const PageBox = ({ table }: { table: Table<Features, Key> }) => (
  <Box
    label={texts.keyList.selectPage}
    checked={table.getIsAllRowsSelected()}
    mixed={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
    onChange={table.getToggleAllRowsSelectedHandler()}
  />
);

export const RowBox = ({ row }: { row: Row<Features, Key> }) => (
  <Box
    label={fill(texts.keyList.select, { name: row.original.name })}
    checked={row.getIsSelected()}
    onChange={row.getToggleSelectedHandler()}
  />
);
