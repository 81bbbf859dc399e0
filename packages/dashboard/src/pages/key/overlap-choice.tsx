import { MAX_OVERLAP_SECONDS } from '@claviger/contract/rules';
import { useState } from 'react';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Choice } from '../../ui/choice.tsx';
import { Field } from '../../ui/field.tsx';

/** A day: long enough to put the new secret in place, short enough to be remembered. */
export const USUAL_OVERLAP_SECONDS = 86_400;

const CUSTOM = 'custom';
const words = keyPageTexts.renew;

/** How long the replaced secret goes on working. Null: what is typed is no length of time, or too long. */
export function OverlapChoice({ onChange }: { onChange: (seconds: number | null) => void }) {
  const [chosen, setChosen] = useState(String(USUAL_OVERLAP_SECONDS));
  const [amount, setAmount] = useState('2');
  const [unit, setUnit] = useState(String(USUAL_OVERLAP_SECONDS));
  const custom = secondsOf(amount, unit);
  const choose = (value: string) => {
    setChosen(value);
    onChange(value === CUSTOM ? custom : Number(value));
  };
  return (
    <div className="grid gap-3">
      <Choice
        label={words.overlap}
        value={chosen}
        options={Object.entries(words.overlaps)}
        onChange={choose}
      />
      {chosen === CUSTOM && (
        <div className="grid grid-cols-2 items-start gap-3">
          <Field
            label={words.amount}
            inputMode="numeric"
            value={amount}
            hint={words.longest}
            fault={custom === null ? words.noLength : undefined}
            onChange={({ target: { value } }) => {
              setAmount(value);
              onChange(secondsOf(value, unit));
            }}
          />
          <Choice
            label={words.unit}
            value={unit}
            options={Object.entries(words.units)}
            onChange={(value) => {
              setUnit(value);
              onChange(secondsOf(amount, value));
            }}
          />
        </div>
      )}
    </div>
  );
}

function secondsOf(amount: string, unit: string): number | null {
  if (!/^\d{1,5}$/.test(amount.trim())) return null;
  const seconds = Number(amount) * Number(unit);
  return seconds > 0 && seconds <= MAX_OVERLAP_SECONDS ? seconds : null;
}
