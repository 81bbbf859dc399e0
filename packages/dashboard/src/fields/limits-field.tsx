import type { Api, ApiRateLimit } from '@claviger/contract';
import { flushSync } from 'react-dom';
import { limitWords } from '../lib/limit-words.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Button } from '../ui/button.tsx';
import { elementId, type Faults } from './faults.ts';
import { FieldGroup } from './field-group.tsx';
import { LimitRow } from './limit-row.tsx';
import { limitsFaults, limitValue, newLimit, type LimitValue } from './limit-values.ts';

const words = fieldTexts.limits;

interface LimitsFieldProps {
  api: Api;
  value: readonly LimitValue[];
  onChange: (limits: readonly LimitValue[]) => void;
  /** Under `/rateLimits`. */
  faults?: Faults;
}

/** What the API sets, and what this key has in its place or besides. */
export function LimitsField({ api, value, onChange, faults = {} }: LimitsFieldProps) {
  const found = { ...limitsFaults(api, value), ...faults };
  const typed = Object.keys(faults).length > 0;
  const add = (limit: LimitValue) => {
    const index = value.length;
    // Somebody who goes on typing at once types into the new row.
    flushSync(() => onChange([...value, limit]));
    const member = limit.name === '' ? 'name' : 'limit';
    document.getElementById(elementId(`/rateLimits/${index}/${member}`))?.focus();
  };
  return (
    <FieldGroup pointer="/rateLimits" title={words.label} fault={faults['/rateLimits']}>
      <OfApi {...{ api, value }} onChange={(limit) => add(limitValue(limit))} />
      {value.map((limit, index) => (
        <LimitRow
          key={limit.row}
          index={index}
          value={limit}
          ofApi={api.rateLimits.find(({ name, scope }) => name === limit.name && scope === 'key')}
          // A name is not wrong before it is typed.
          faults={typed || limit.name !== '' ? found : {}}
          onChange={(changed) =>
            onChange(value.map((other) => (other === limit ? changed : other)))
          }
          onRemove={() => {
            onChange(value.filter((other) => other !== limit));
            document.getElementById(`${elementId('/rateLimits')}-add`)?.focus();
          }}
        />
      ))}
      {api.rateLimitMax !== null && (
        <p className="text-sm text-muted">
          {fill(words.most, { limit: limitWords(api.rateLimitMax) })}
        </p>
      )}
      <div>
        <Button id={`${elementId('/rateLimits')}-add`} onClick={() => add(newLimit())}>
          {words.add}
        </Button>
      </div>
    </FieldGroup>
  );
}

interface OfApiProps {
  api: Api;
  value: readonly LimitValue[];
  onChange: (limit: ApiRateLimit) => void;
}

function OfApi({ api, value, onChange }: OfApiProps) {
  if (api.rateLimits.length === 0) return <p className="text-sm text-muted">{words.none}</p>;
  const isReplaced = (name: string) => value.some((own) => own.name === name);
  return (
    <ul className="grid gap-1.5 text-sm">
      {api.rateLimits.map((limit) => (
        <li key={limit.name} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-mono text-muted">{limit.name}</span>
          <span className={isReplaced(limit.name) ? 'text-muted line-through' : ''}>
            {limitWords(limit)}
            {limit.scope === 'organization' && `, ${words.ofOrganization}`}
          </span>
          {limit.scope === 'key' && !isReplaced(limit.name) && (
            <button
              type="button"
              aria-label={fill(words.changeName, { name: limit.name })}
              onClick={() => onChange(limit)}
              className="min-h-6 text-accent underline underline-offset-4"
            >
              {words.change}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
