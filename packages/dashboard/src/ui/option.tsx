import { useId } from 'react';

interface OptionProps {
  type: 'radio' | 'checkbox';
  name: string;
  title: string;
  hint?: string | undefined;
  value?: string;
  checked?: boolean;
  onChange?: (checked: boolean) => void;
}

/** A choice with the reason for it below. */
export function Option({ title, hint, onChange, ...input }: OptionProps) {
  const id = useId();
  return (
    <label className="flex gap-3 rounded-md border border-line bg-surface px-3.5 py-2.5 has-checked:border-accent">
      <input
        {...input}
        aria-labelledby={`${id}-title`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange?.(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="grid gap-0.5 text-sm">
        <span id={`${id}-title`} className="font-medium">
          {title}
        </span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="text-muted">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
