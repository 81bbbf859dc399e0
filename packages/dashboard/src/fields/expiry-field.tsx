import type { Api } from '@claviger/contract';
import { localTime, readLocalTime } from '../lib/local-time.ts';
import { DAY_MS, exactTime } from '../lib/times.ts';
import { fill, counted } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Choice } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { elementId } from './faults.ts';
import { FaultText } from './field-group.tsx';

const words = fieldTexts.expiry;
const DAYS = [7, 30, 90, 365];

/** `usual`: as the API has it. Else `never`, a number of days, or `date`. */
export interface ExpiryValue {
  readonly choice: string;
  /** Local, to the minute; where the choice is `date`. */
  readonly date: string;
}

export const USUAL_EXPIRY: ExpiryValue = { choice: 'usual', date: '' };

/** Of a key that there is. */
export const expiryValue = (expiresAt: string | null): ExpiryValue =>
  expiresAt === null
    ? { choice: 'never', date: '' }
    : { choice: 'date', date: localTime(Date.parse(expiresAt)) };

interface ExpiryFieldProps {
  api: Api;
  value: ExpiryValue;
  onChange: (expiry: ExpiryValue) => void;
  fault?: string | undefined;
  /** When the key was created: its longest life counts from there. Now, unless it exists. */
  createdAtMs?: number;
}

export function ExpiryField({ api, value, onChange, fault, createdAtMs }: ExpiryFieldProps) {
  const maxDays = api.expiry?.maxDays ?? null;
  const id = elementId('/expiresAt');
  const ends = endOf(api, value);
  const exact = value.choice === 'date';
  const bornAt = createdAtMs ?? Date.now();
  return (
    <div id={id} className="@container grid gap-2">
      <div className="grid items-start gap-3 @md:grid-cols-2">
        <Choice
          label={words.label}
          value={value.choice}
          options={optionsOf(api, createdAtMs === undefined)}
          onChange={(choice) =>
            onChange({ choice, date: value.date || localTime(ends ?? bornAt + 30 * DAY_MS) })
          }
        />
        {exact && (
          <Field
            label={words.exact}
            type="datetime-local"
            value={value.date}
            min={localTime(Date.now())}
            {...(maxDays !== null && { max: localTime(bornAt + maxDays * DAY_MS) })}
            aria-invalid={fault !== undefined}
            onChange={(event) => onChange({ ...value, date: event.target.value })}
          />
        )}
      </div>
      <p role="status" className="text-sm text-muted">
        {ends === null
          ? words.endless
          : Number.isFinite(ends) &&
            fill(words.ends, { date: exactTime(new Date(ends).toISOString()) })}
        {maxDays !== null && ` ${counted(words.atMost, maxDays)}`}
      </p>
      <FaultText id={`${id}-fault`}>{fault}</FaultText>
    </div>
  );
}

const daysOf = ({ expiry }: Api): number | null => expiry?.defaultDays ?? expiry?.maxDays ?? null;

/** `hasUsual`: the API's default is for new keys. */
function optionsOf(api: Api, hasUsual: boolean): [string, string][] {
  const usual = daysOf(api);
  const maxDays = api.expiry?.maxDays ?? null;
  const never: [string, string][] = maxDays === null ? [['never', words.never]] : [];
  const days = DAYS.filter((each) => each !== usual && (maxDays === null || each <= maxDays));
  const choices = [
    ...days.map((each): [string, string] => [String(each), counted(words.inDays, each)]),
    ...never,
    ['date', words.date] as [string, string],
  ];
  if (!hasUsual) return choices;
  const choice = usual === null ? words.never : counted(words.inDays, usual);
  return [
    ['usual', fill(words.usual, { choice })],
    ...choices.filter(([id]) => id !== 'never' || usual !== null),
  ];
}

/** When the key will end; null: never; `NaN`: no time is filled in. */
function endOf(api: Api, { choice, date }: ExpiryValue): number | null {
  if (choice === 'never') return null;
  if (choice === 'date') return readLocalTime(date);
  const days = choice === 'usual' ? daysOf(api) : Number(choice);
  return days === null ? null : Date.now() + days * DAY_MS;
}

/** What another API offered becomes this one's own. */
export const expiryWithin = (api: Api, value: ExpiryValue): ExpiryValue =>
  optionsOf(api, true).some(([id]) => id === value.choice) ? value : USUAL_EXPIRY;

/** As it is sent. The API's own is said by nothing: the server's clock counts then, and not the browser's. */
export function expiryOf(api: Api, value: ExpiryValue): string | null | undefined {
  if (value.choice === 'usual') return undefined;
  const ends = endOf(api, value);
  return ends === null ? null : new Date(ends).toISOString();
}

export function expiryFault(api: Api, value: ExpiryValue, createdAtMs = Date.now()): string | null {
  const ends = endOf(api, value);
  if (ends === null) return null;
  if (Number.isNaN(ends)) return words.missing;
  if (ends <= Date.now()) return words.past;
  const maxDays = api.expiry?.maxDays ?? null;
  if (maxDays === null || value.choice !== 'date') return null;
  const latest = createdAtMs + maxDays * DAY_MS;
  return ends <= latest
    ? null
    : fill(words.late, { date: exactTime(new Date(latest).toISOString()) });
}
