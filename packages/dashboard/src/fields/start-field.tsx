import { readLocalTime } from '../lib/local-time.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Field } from '../ui/field.tsx';
import { elementId } from './faults.ts';

const words = fieldTexts.start;

interface StartFieldProps {
  /** Local, to the minute; empty: valid at once. */
  value: string;
  onChange: (start: string) => void;
  fault?: string | undefined;
}

export const StartField = ({ value, onChange, fault }: StartFieldProps) => (
  <Field
    id={elementId('/notBefore')}
    label={words.label}
    hint={words.hint}
    fault={fault}
    type="datetime-local"
    value={value}
    onChange={(event) => onChange(event.target.value)}
  />
);

export function startOf(value: string): string | null {
  const startMs = readLocalTime(value);
  return Number.isNaN(startMs) ? null : new Date(startMs).toISOString();
}

/** `expiresAt`: as it is sent. */
export function startFault(value: string, expiresAt: string | null | undefined): string | null {
  const startMs = readLocalTime(value);
  if (Number.isNaN(startMs) || typeof expiresAt !== 'string') return null;
  return startMs < Date.parse(expiresAt) ? null : words.late;
}
