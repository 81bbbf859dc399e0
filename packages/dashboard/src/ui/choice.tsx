import { useId } from 'react';
import { INPUT } from './look.ts';

interface ChoiceProps {
  label: string;
  options: readonly (readonly [value: string, name: string])[];
  /** Among other controls that explain it: the label is read out alone, and it is as low as they are. */
  compact?: boolean;
  /** Its width, where it may not depend on what there is to choose from. */
  className?: string;
  name?: string;
  value?: string;
  onChange?: (value: string) => void;
}

export function Choice({
  label,
  options,
  compact = false,
  className = '',
  name,
  value,
  onChange,
}: ChoiceProps) {
  const id = useId();
  return (
    <div className={`grid grid-cols-[minmax(0,1fr)] gap-1.5 ${className}`}>
      <label htmlFor={id} className={compact ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        {...(value !== undefined && { value })}
        onChange={(event) => onChange?.(event.target.value)}
        className={`${INPUT} w-full px-2.5 ${compact ? 'h-9' : 'h-10'}`}
      >
        {options.map(([option, shown]) => (
          <option key={option} value={option}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}
