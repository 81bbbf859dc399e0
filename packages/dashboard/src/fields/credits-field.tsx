import type { Credits } from '@claviger/contract';
import { keyBounds } from '@claviger/contract/rules';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { elementId, type Faults } from './faults.ts';
import { FieldGroup, Option } from './field-group.tsx';
import { wholeNumber } from './limit-values.ts';

const words = fieldTexts.credits;

/** As it is typed. */
export interface CreditsValue {
  readonly remaining: string;
  readonly interval: '' | 'day' | 'month';
  readonly amount: string;
}

interface CreditsFieldProps {
  /** Null: no quota. */
  value: CreditsValue | null;
  onChange: (credits: CreditsValue | null) => void;
  /** Under `/credits`. */
  faults?: Faults;
}

export function CreditsField({ value, onChange, faults = {} }: CreditsFieldProps) {
  return (
    <FieldGroup pointer="/credits" title={words.label} fault={faults['/credits']}>
      <Option
        type="checkbox"
        name="credits"
        title={words.give}
        hint={words.hint}
        checked={value !== null}
        onChange={() =>
          onChange(value === null ? { remaining: '1000', interval: '', amount: '1000' } : null)
        }
      />
      {value !== null && <Amounts value={value} onChange={onChange} faults={faults} />}
    </FieldGroup>
  );
}

interface AmountsProps {
  value: CreditsValue;
  onChange: (credits: CreditsValue) => void;
  faults: Faults;
}

function Amounts({ value, onChange, faults }: AmountsProps) {
  const found = { ...creditsFaults(value), ...faults };
  const field = (pointer: string) => ({ id: elementId(pointer), fault: found[pointer] });
  return (
    <div className="grid gap-3 rounded-md border border-line bg-surface p-3.5">
      <div className="grid items-start gap-3 sm:grid-cols-3">
        <Field
          {...field('/credits/remaining')}
          label={words.remaining}
          inputMode="numeric"
          value={value.remaining}
          onChange={(event) => onChange({ ...value, remaining: event.target.value })}
        />
        <Choice
          label={words.refill}
          value={value.interval}
          options={Object.entries(words.intervals)}
          onChange={(interval) =>
            onChange({ ...value, interval: interval as CreditsValue['interval'] })
          }
        />
        {value.interval !== '' && (
          <Field
            {...field('/credits/refill/amount')}
            label={words.amount}
            inputMode="numeric"
            value={value.amount}
            onChange={(event) => onChange({ ...value, amount: event.target.value })}
          />
        )}
      </div>
      <p className="text-sm font-medium">{Object.keys(found).length === 0 && inWords(value)}</p>
    </div>
  );
}

function inWords(value: CreditsValue): string {
  const shown = (text: string) => wholeNumber(text).toLocaleString('en');
  const remaining = shown(value.remaining);
  if (value.interval === '') return fill(words.words, { remaining });
  const interval = words.each[value.interval];
  return fill(words.wordsRefilled, { remaining, amount: shown(value.amount), interval });
}

export const creditsValue = (credits: Credits | null): CreditsValue | null =>
  credits && {
    remaining: String(credits.remaining),
    interval: credits.refill?.interval ?? '',
    amount: String(credits.refill?.amount ?? credits.remaining),
  };

/** Of a value without faults. */
export const creditsOf = (value: CreditsValue | null): Credits | null =>
  value && {
    remaining: wholeNumber(value.remaining),
    refill:
      value.interval === ''
        ? null
        : { amount: wholeNumber(value.amount), interval: value.interval },
  };

export function creditsFaults(value: CreditsValue | null): Faults {
  if (value === null) return {};
  const max = keyBounds.credits;
  const fault = (min: number) =>
    fill(words.bad, { min: String(min), max: max.toLocaleString('en') });
  const isBad = (text: string, min: number) =>
    !(wholeNumber(text) >= min && wholeNumber(text) <= max);
  return {
    ...(isBad(value.remaining, 0) && { '/credits/remaining': fault(0) }),
    ...(value.interval !== '' && isBad(value.amount, 1) && { '/credits/refill/amount': fault(1) }),
  };
}
