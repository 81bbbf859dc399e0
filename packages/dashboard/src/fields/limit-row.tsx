import type { ApiRateLimit, KeyRateLimit } from '@claviger/contract';
import type { ChangeEvent } from 'react';
import { limitWords } from '../lib/limit-words.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { elementId, type Faults } from './faults.ts';
import { limitOf, type LimitValue } from './limit-values.ts';

const words = fieldTexts.limits;

interface LimitRowProps {
  index: number;
  value: LimitValue;
  /** The one that it takes the place of. */
  ofApi: ApiRateLimit | undefined;
  faults: Faults;
  onChange: (limit: LimitValue) => void;
  onRemove: () => void;
}

/** One limit of the key, and in words what it comes to. */
export function LimitRow({ index, value, ofApi, faults, onChange, onRemove }: LimitRowProps) {
  /** Where its fault points to, and what of the value is typed into it. */
  const field = (name: keyof KeyRateLimit, member: 'name' | 'limit' | 'count') => {
    const pointer = `/rateLimits/${index}/${name}`;
    return {
      id: elementId(pointer),
      fault: faults[pointer],
      value: value[member],
      onChange: (event: ChangeEvent<HTMLInputElement>) =>
        onChange({ ...value, [member]: event.target.value }),
    };
  };
  const limit = limitOf(value);
  const isWhole = limit.limit > 0 && limit.windowSeconds > 0;
  return (
    <div
      role="group"
      aria-label={`${words.own} ${value.name}`}
      className="grid gap-3 rounded-md border border-line bg-surface p-3.5"
    >
      <div className="grid items-start gap-3 sm:grid-cols-4">
        <Field
          {...field('name', 'name')}
          label={words.name}
          className="sm:col-span-2"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          maxLength={63}
        />
        <Choice
          label={words.access}
          value={value.access}
          options={Object.entries(words.accesses)}
          onChange={(access) => onChange({ ...value, access: access as LimitValue['access'] })}
        />
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-4">
        <Field
          {...field('limit', 'limit')}
          label={words.amount}
          className="sm:col-span-2"
          inputMode="numeric"
        />
        <Field {...field('windowSeconds', 'count')} label={words.per} inputMode="numeric" />
        <Choice
          label={words.unit}
          value={String(value.unitSeconds)}
          options={Object.entries(words.units)}
          onChange={(unit) => onChange({ ...value, unitSeconds: Number(unit) })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="font-medium">{isWhole && `${limitWords(limit)}.`}</span>
        {ofApi !== undefined && (
          <span className="text-muted">{fill(words.replaces, { limit: limitWords(ofApi) })}</span>
        )}
        <button
          type="button"
          aria-label={fill(words.removeName, { name: value.name })}
          onClick={onRemove}
          className="ml-auto min-h-6 text-accent underline underline-offset-4"
        >
          {words.remove}
        </button>
      </div>
    </div>
  );
}
