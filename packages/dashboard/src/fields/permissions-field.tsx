import type { Api, KeyKind } from '@claviger/contract';
import { keyBounds, presetPermissions } from '@claviger/contract/rules';
import { useState } from 'react';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { FieldGroup, Option } from './field-group.tsx';
import { PermissionList } from './permission-list.tsx';

const words = fieldTexts.permissions;

/** As a key has them: what the preset grants comes on top of the permissions. */
export interface Grants {
  readonly preset: string | null;
  readonly permissions: readonly string[];
}

interface PermissionsFieldProps {
  api: Api;
  kind: KeyKind;
  value: Grants;
  onChange: (grants: Grants) => void;
  fault?: string | undefined;
}

/** A preset, or permissions one by one. Nothing is chosen before somebody chooses. */
export function PermissionsField({ api, kind, value, onChange, fault }: PermissionsFieldProps) {
  const presets = presetsFor(api, kind);
  const { preset } = value;
  const [single, setSingle] = useState(value.permissions);
  const [isSingle, setIsSingle] = useState(preset === null && value.permissions.length > 0);
  // A key may have been given both.
  const [hasBoth] = useState(preset !== null && value.permissions.length > 0);
  const showsList = presets.length === 0 || (preset === null && isSingle);
  const choose = (permissions: readonly string[]) => {
    setSingle(permissions);
    onChange({ preset: showsList ? null : preset, permissions });
  };
  const list = (
    <PermissionList
      permissions={api.permissions}
      publicOnly={kind === 'publishable'}
      value={value.permissions}
      onChange={choose}
    />
  );
  return (
    <FieldGroup pointer="/permissions" title={words.label} hint={words.hint} fault={fault}>
      {kind === 'publishable' && api.presets.length > 0 && (
        <p className="text-sm text-muted">{words.publishableNote}</p>
      )}
      {presets.map(({ id, name, grants }) => (
        <Option
          key={id}
          type="radio"
          name="preset"
          title={name}
          hint={<PresetContent api={api} id={id} follows={typeof grants === 'string'} />}
          checked={preset === id}
          onChange={() => onChange({ preset: id, permissions: hasBoth ? value.permissions : [] })}
        />
      ))}
      {presets.length > 0 && (
        <Option
          type="radio"
          name="preset"
          title={words.single}
          checked={showsList}
          onChange={() => {
            setIsSingle(true);
            onChange({ preset: null, permissions: single });
          }}
        />
      )}
      {showsList && <div className={presets.length > 0 ? 'sm:ml-7' : ''}>{list}</div>}
      {hasBoth && !showsList && (
        <div className="grid gap-2 sm:ml-7">
          <p className="text-sm font-medium">{words.besides}</p>
          {list}
        </div>
      )}
    </FieldGroup>
  );
}

/** What a preset grants can grow with the catalog, which a key that stands in a page must not. */
const presetsFor = ({ presets }: Api, kind: KeyKind) => (kind === 'publishable' ? [] : presets);

/** Permissions that are named before the rest is only counted. */
const NAMED = 8;

/** Inside a label, so it holds nothing to click but what belongs to the choice. */
function PresetContent({ api, id, follows }: { api: Api; id: string; follows: boolean }) {
  const names = presetPermissions(api, id).map(
    (granted) => api.permissions.find((permission) => permission.id === granted)?.name ?? granted,
  );
  const rest = names.length - NAMED;
  return (
    <>
      {names.slice(0, NAMED).join(', ')}
      {rest > 0 && ` ${fill(words.more, { count: String(rest) })}`}.{follows && ` ${words.follows}`}
    </>
  );
}

/** Of what is chosen, what this API has and this kind of key may hold. */
export function grantsWithin(api: Api, kind: KeyKind, { preset, permissions }: Grants): Grants {
  const known = api.permissions.filter(({ publishable }) => kind !== 'publishable' || publishable);
  return {
    preset: presetsFor(api, kind).find(({ id }) => id === preset)?.id ?? null,
    permissions: known.map(({ id }) => id).filter((id) => permissions.includes(id)),
  };
}

export function grantsFault(
  api: Api,
  kind: KeyKind,
  { preset, permissions }: Grants,
): string | null {
  const max = keyBounds.permissions;
  if (permissions.length > max) return fill(words.many, { max: String(max) });
  if (preset !== null || permissions.length > 0) return null;
  return presetsFor(api, kind).length > 0 ? words.missing : words.missingSingle;
}
