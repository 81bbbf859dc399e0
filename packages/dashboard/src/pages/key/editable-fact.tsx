import type { PatchKey } from '@claviger/contract';
import type { ReactNode } from 'react';
import { texts } from '../../texts.ts';
import type { EditedField } from './key-view.ts';

const words = texts.key.facts;

interface EditableFactProps {
  field: EditedField;
  suggested: PatchKey | undefined;
  onClose: () => void;
  children: ReactNode;
}

export function EditableFact({ field, children }: EditableFactProps) {
  return (
    <div className="grid gap-x-4 px-5 py-3.5 text-sm sm:grid-cols-[8.5rem_minmax(0,1fr)]">
      <span className="text-muted">{words[field]}</span>
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}
