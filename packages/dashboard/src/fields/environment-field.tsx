import type { Api } from '@claviger/contract';
import { fieldTexts } from '../texts/fields.ts';
import { FieldGroup, Option } from './field-group.tsx';

const words = fieldTexts.environment;

interface EnvironmentFieldProps {
  api: Api;
  /** Null: not chosen yet. */
  value: string | null;
  onChange: (environment: string) => void;
  fault?: string | undefined;
}

/** Where there are several, one has to be chosen: none is crossed by omission. */
export function EnvironmentField({ api, value, onChange, fault }: EnvironmentFieldProps) {
  if (api.environments.length < 2) return null;
  const hasProduction = api.environments.some(isProduction);
  return (
    <FieldGroup pointer="/environment" title={words.label} hint={words.hint} fault={fault}>
      <div className="grid gap-2 sm:grid-cols-2">
        {api.environments.map((id) => (
          <Option
            key={id}
            type="radio"
            name="environment"
            title={id}
            {...(isProduction(id) && { mark: <LiveMark /> })}
            {...(hasProduction && {
              hint: isProduction(id) ? words.productionHint : words.otherHint,
            })}
            checked={value === id}
            onChange={() => onChange(id)}
          />
        ))}
      </div>
    </FieldGroup>
  );
}

const LiveMark = () => (
  <span className="rounded-full bg-warn-soft px-2 text-xs font-medium text-warn">
    {words.production}
  </span>
);

/** What platforms call the environment with the real data. */
const isProduction = (id: string): boolean => /^(?:live|prod|production)$/.test(id);

/** The only one, what is chosen where it can be, or null. */
export function environmentOf({ environments }: Api, chosen: string | null): string | null {
  if (environments.length === 1) return environments[0] ?? null;
  return environments.find((id) => id === chosen) ?? null;
}
