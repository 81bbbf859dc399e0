import type { Api } from '@claviger/contract';
import { idPatterns, keyBounds } from '@claviger/contract/rules';
import { fill, inSentence, plural } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { elementId, type Faults } from './faults.ts';
import { FaultText, Option } from './field-group.tsx';
import { ResourcePicker } from './resource-picker.tsx';

const words = fieldTexts.resources;

/** By type, those that a key is restricted to. A type that is not named is not restricted. */
export type Resources = Readonly<Record<string, readonly string[]>>;

interface ResourcesFieldProps {
  api: Api;
  organizationId: string;
  value: Resources;
  onChange: (resources: Resources) => void;
  /** Under `/resources/<type>`. */
  faults?: Faults;
}

export function ResourcesField(props: ResourcesFieldProps) {
  const { api, organizationId, value, onChange, faults = {} } = props;
  return api.resourceTypes.map(({ id: type, name }) => {
    const ids = value[type];
    const fault = faults[`/resources/${type}`];
    const id = elementId(`/resources/${type}`);
    return (
      <fieldset
        key={type}
        id={id}
        aria-describedby={`${id}-hint ${id}-fault`}
        className="grid min-w-0 gap-2"
      >
        <legend className="mb-1.5 text-sm font-medium">{plural(name)}</legend>
        <p id={`${id}-hint`} className="text-sm text-muted">
          {words.hint}
        </p>
        <FaultText id={`${id}-fault`}>{fault}</FaultText>
        <div className="grid gap-2 sm:grid-cols-2">
          <Option
            type="radio"
            name={`resources-${type}`}
            title={words.all}
            checked={ids === undefined}
            onChange={() => onChange(without(value, type))}
          />
          <Option
            type="radio"
            name={`resources-${type}`}
            title={words.some}
            checked={ids !== undefined}
            onChange={() => onChange({ ...value, [type]: ids ?? [] })}
          />
        </div>
        {ids !== undefined && (
          <ResourcePicker
            organizationId={organizationId}
            type={type}
            typeName={inSentence(plural(name))}
            ids={ids}
            onChange={(changed) => onChange({ ...value, [type]: changed })}
          />
        )}
      </fieldset>
    );
  });
}

const without = (resources: Resources, type: string): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([other]) => other !== type));

/** Of what is chosen, the types that this API has. */
export const resourcesWithin = ({ resourceTypes }: Api, resources: Resources): Resources =>
  Object.fromEntries(
    Object.entries(resources).filter(([type]) => resourceTypes.some(({ id }) => id === type)),
  );

export const isResourceId = (text: string): boolean => idPatterns.platform.test(text);

export function resourcesFaults(resources: Resources): Faults {
  const max = keyBounds.resourcesOfType;
  const faults = Object.entries(resources).flatMap(([type, { length }]) => {
    const pointer = `/resources/${type}`;
    if (length === 0) return [[pointer, words.missing]];
    return length > max ? [[pointer, fill(words.many, { max: String(max) })]] : [];
  });
  return Object.fromEntries(faults) as Faults;
}
