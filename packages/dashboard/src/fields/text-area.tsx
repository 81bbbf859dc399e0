import { INPUT } from '../ui/look.ts';
import { elementId } from './faults.ts';
import { FaultText } from './field-group.tsx';

interface TextAreaProps {
  pointer: string;
  label: string;
  hint: string;
  fault?: string | undefined;
  value: string;
  onChange: (text: string) => void;
  rows: number;
  maxLength?: number;
  code?: boolean;
}

export function TextArea(props: TextAreaProps) {
  const { pointer, label, hint, fault, onChange, code = false, ...rest } = props;
  const id = elementId(pointer);
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        spellCheck={!code}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? `${id}-hint` : `${id}-hint ${id}-fault`}
        onChange={(event) => onChange(event.target.value)}
        className={`${INPUT} w-full px-3 py-2 aria-invalid:border-bad ${code ? 'font-mono' : ''}`}
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {hint}
      </p>
      <FaultText id={`${id}-fault`}>{fault}</FaultText>
    </div>
  );
}
