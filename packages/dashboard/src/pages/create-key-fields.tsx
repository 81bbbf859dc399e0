import type { Api, KeyKind } from '@claviger/contract';
import { useId, useState, type ReactNode } from 'react';
import { fill, texts } from '../texts.ts';
import { Choice } from '../ui/choice.tsx';
import { INPUT } from '../ui/look.ts';

const KINDS = ['secret', 'publishable', 'pair'] as const;

export function KindChoice({
  api,
  value,
  onChange,
}: {
  api: Api;
  value: KeyKind;
  onChange: (kind: KeyKind) => void;
}) {
  const offered = KINDS.filter((kind) => api.formats[kind] !== undefined);
  if (offered.length < 2) return null;
  return (
    <OptionGroup title={texts.create.kind}>
      {offered.map((kind) => {
        const [name, hint] = texts.create.kinds[kind];
        return (
          <Option
            key={kind}
            type="radio"
            name="kind"
            title={name}
            hint={hint}
            checked={kind === value}
            onChange={() => onChange(kind)}
          />
        );
      })}
    </OptionGroup>
  );
}

const OptionGroup = ({ title, children }: { title: string; children: ReactNode }) => (
  <fieldset className="grid gap-2">
    <legend className="mb-1.5 text-sm font-medium">{title}</legend>
    {children}
  </fieldset>
);

interface OptionProps {
  type: 'radio' | 'checkbox';
  name: string;
  title: string;
  hint?: string | undefined;
  value?: string;
  checked?: boolean;
  disabled?: boolean;
  onChange?: () => void;
}

/** A choice with the reason for it below. */
function Option({ title, hint, ...input }: OptionProps) {
  return (
    <label className="flex gap-3 rounded-md border border-line bg-surface px-3.5 py-2.5 has-checked:border-accent has-disabled:opacity-60">
      <input {...input} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="grid gap-0.5 text-sm">
        <span className="font-medium">{title}</span>
        {hint !== undefined && <span className="text-muted">{hint}</span>}
      </span>
    </label>
  );
}

const ONE_BY_ONE = '';

/** A preset, or permissions one by one. */
export function PermissionChoice({ api, publicOnly }: { api: Api; publicOnly: boolean }) {
  const [preset, setPreset] = useState(
    publicOnly ? ONE_BY_ONE : (api.presets[0]?.id ?? ONE_BY_ONE),
  );
  // What a preset grants follows the catalog, which a key that stands in a page must not.
  const presets = publicOnly ? [] : api.presets;
  const chosen = presets.length === 0 ? ONE_BY_ONE : preset;
  return (
    <OptionGroup title={texts.create.permissions}>
      <p className="text-sm text-muted">{texts.create.permissionsHint}</p>
      {presets.map(({ id, name }) => (
        <Option
          key={id}
          type="radio"
          name="preset"
          value={id}
          title={name}
          checked={chosen === id}
          onChange={() => setPreset(id)}
        />
      ))}
      {presets.length > 0 && (
        <Option
          type="radio"
          name="preset"
          value={ONE_BY_ONE}
          title={texts.create.chosen}
          checked={chosen === ONE_BY_ONE}
          onChange={() => setPreset(ONE_BY_ONE)}
        />
      )}
      {chosen === ONE_BY_ONE && (
        <div className={`grid gap-2 ${presets.length > 0 ? 'ml-7' : ''}`}>
          {api.permissions.map(({ id, name, description, publishable }) => {
            const barred = publicOnly && !publishable;
            return (
              <Option
                key={id}
                type="checkbox"
                name="permission"
                value={id}
                title={name}
                hint={barred ? texts.create.publishableOnly : description}
                disabled={barred}
              />
            );
          })}
        </div>
      )}
    </OptionGroup>
  );
}

export function OriginsField({ required }: { required: boolean }) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {texts.create.origins}
      </label>
      <textarea
        id={id}
        name="origins"
        required={required}
        rows={3}
        aria-describedby={`${id}-hint`}
        className={`${INPUT} px-3 py-2 font-mono`}
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {texts.create.originsHint}
      </p>
    </div>
  );
}

const DAYS = [7, 30, 90, 365];

/** The API's own is said by nothing: its clock counts then, and not the browser's. */
const USUAL = '';

export function ExpiryField({ api }: { api: Api }) {
  const { defaultDays, maxDays } = api.expiry ?? { defaultDays: null, maxDays: null };
  const usual = defaultDays ?? maxDays;
  const days = [...new Set([...DAYS, ...(usual === null ? [] : [usual])])]
    .filter((each) => maxDays === null || each <= maxDays)
    .toSorted((a, b) => a - b);
  const options = [
    ...(maxDays === null
      ? [[usual === null ? USUAL : 'never', texts.create.neverExpires] as const]
      : []),
    ...days.map((each) => {
      const name = fill(texts.create.inDays, { days: String(each) });
      return [each === usual ? USUAL : String(each), name] as const;
    }),
  ];
  const [value, setValue] = useState(USUAL);
  return (
    <Choice
      label={texts.create.expires}
      name="expires"
      options={options}
      value={value}
      onChange={setValue}
    />
  );
}
