import { useId, type ReactNode } from 'react';
import { elementId } from './faults.ts';

interface FieldGroupProps {
  pointer: string;
  title: string;
  hint?: string | undefined;
  fault?: string | undefined;
  children: ReactNode;
}

/** Controls that are one field together. */
export function FieldGroup({ pointer, title, hint, fault, children }: FieldGroupProps) {
  const id = elementId(pointer);
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <fieldset id={id} aria-describedby={described || undefined} className="grid min-w-0 gap-2">
      <legend className="mb-1.5 text-sm font-medium">{title}</legend>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      <FaultText id={`${id}-fault`}>{fault}</FaultText>
      {children}
    </fieldset>
  );
}

/** What is wrong; nothing when nothing is. */
export const FaultText = ({ id, children }: { id: string; children: string | undefined }) =>
  children === undefined ? null : (
    <p id={id} className="text-sm text-bad">
      {children}
    </p>
  );

interface OptionProps {
  type: 'radio' | 'checkbox';
  name: string;
  title: string;
  /** Beside the title. */
  mark?: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: () => void;
}

/** A choice with the reason for it below: its title is its name, the rest describes it. */
export function Option({ title, mark, hint, ...input }: OptionProps) {
  const id = useId();
  return (
    <label className="flex min-w-0 gap-3 rounded-md border border-line bg-surface px-3.5 py-2.5 has-checked:border-accent has-disabled:bg-sunken">
      <input
        {...input}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-mark ${id}-hint`}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="grid min-w-0 content-start gap-0.5 text-sm">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span id={`${id}-title`} className="min-w-0 break-words font-medium">
            {title}
          </span>
          <span id={`${id}-mark`} className="min-w-0 break-all">
            {mark}
          </span>
        </span>
        <span id={`${id}-hint`} className="min-w-0 break-words text-muted">
          {hint}
        </span>
      </span>
    </label>
  );
}
