import { isVagueName, keyBounds } from '@claviger/contract/rules';
import { useQuery } from '@tanstack/react-query';
import { clientFor } from '../lib/api.ts';
import { usePaused } from '../lib/use-paused.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Field } from '../ui/field.tsx';
import { elementId } from './faults.ts';

const words = fieldTexts.name;

interface NameFieldProps {
  value: string;
  onChange: (name: string) => void;
  fault?: string | undefined;
  organizationId: string;
  /** Whose name it is: it is no twin of itself. */
  keyId?: string;
}

/** Warns of names that tell nothing, and of those that a live key has already; neither is forbidden. */
export function NameField({ value, onChange, fault, organizationId, keyId }: NameFieldProps) {
  const name = usePaused(value.trim());
  const twin = useTwin(organizationId, name, keyId);
  const warning =
    name !== '' && isVagueName(name)
      ? fill(words.vague, { name })
      : twin !== null && fill(words.twin, { hint: twin });
  return (
    <Field
      id={elementId('/name')}
      label={words.label}
      hint={
        <span role="status" className={warning ? 'text-warn' : ''}>
          {warning || words.hint}
        </span>
      }
      fault={fault}
      autoComplete="off"
      maxLength={keyBounds.nameLength}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** The hint of a live key with this name; null: there is none, or it is not known. */
function useTwin(organizationId: string, name: string, keyId: string | undefined): string | null {
  const named = useQuery({
    queryKey: ['keys', organizationId, 'named', name],
    enabled: name !== '',
    queryFn: () => {
      const wanted = { organizationId, q: name, limit: 50 };
      // Only a hint: nobody is to be asked for their password in the middle of a name.
      const keys = clientFor(organizationId).keys.list(wanted);
      return keys.then(
        ({ data }) => data,
        () => [],
      );
    },
  });
  const twin = named.data?.find(
    (key) =>
      key.id !== keyId &&
      key.name.toLowerCase() === name.toLowerCase() &&
      (key.status === 'active' || key.status === 'inactive'),
  );
  return twin?.hint ?? null;
}

export function nameFault(name: string): string | null {
  if (name.trim() === '') return words.missing;
  const max = keyBounds.nameLength;
  return name.trim().length > max ? fill(words.long, { max: String(max) }) : null;
}
