import { useId, type ComponentProps, type ReactNode } from 'react';
import { INPUT } from './look.ts';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it; read out when it appears. */
  fault?: string | undefined;
}

export function Field({ label, hint, fault, className = '', ...rest }: FieldProps) {
  const made = useId();
  const id = rest.id ?? made;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className={`grid gap-1.5 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={fault !== undefined}
        aria-describedby={described || undefined}
        className={`${INPUT} h-10 w-full px-3 aria-invalid:border-bad`}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p id={`${id}-fault`} role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
    </div>
  );
}
