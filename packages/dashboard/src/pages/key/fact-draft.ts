import type { Api, Key, PatchKey } from '@claviger/contract';
import { expiryFault, expiryValue } from '../../fields/expiry-field.tsx';
import type { Faults } from '../../fields/faults.ts';
import { startFault } from '../../fields/start-field.tsx';
import { localTime } from '../../lib/local-time.ts';
import {
  bodyOf,
  draftOf,
  fittedDraft,
  type Draft,
  type FittedDraft,
} from '../../fields/key-draft.ts';
import { faultsOf } from '../../fields/key-faults.ts';
import type { EditedField } from './key-view.ts';

/** What the fields of a form for the key hold at first. */
export const draftOfKey = (key: Key, suggested: PatchKey): Draft => {
  const wanted = { ...key, ...suggested } as Key;
  return {
    ...draftOf(wanted),
    expiry: expiryValue(wanted.expiresAt),
    start: wanted.notBefore === null ? '' : localTime(Date.parse(wanted.notBefore)),
  };
};

/** As the form of its API and kind would show it; what a key is once, it stays. */
export const fittedTo = (draft: Draft, api: Api, { kind }: Key): FittedDraft => ({
  ...fittedDraft(draft, api),
  expiry: draft.expiry,
  kind,
});

/** What is sent: one field, as a whole. A preset and single permissions are one. */
export function patchOf(field: EditedField, draft: FittedDraft, api: Api): PatchKey {
  const body = bodyOf(draft, api, false);
  if (field !== 'permissions') return { [field]: body[field] };
  return { permissions: body.permissions, preset: body.preset };
}

const fieldOf = (pointer: string): string => pointer.split('/')[1] ?? '';

/** Whether what a pointer leads to is edited with the field. */
export const belongsTo = (field: EditedField, pointer: string): boolean =>
  fieldOf(pointer) === field || (field === 'permissions' && fieldOf(pointer) === 'preset');

/** What is wrong with one field, as far as can be told without the server. */
export function factFaults(field: EditedField, draft: FittedDraft, api: Api, key: Key): Faults {
  if (field === 'expiresAt') {
    const fault = expiryFault(api, draft.expiry, Date.parse(key.createdAt));
    return fault === null ? {} : { '/expiresAt': fault };
  }
  if (field === 'notBefore') {
    const fault = startFault(draft.start, key.expiresAt);
    return fault === null ? {} : { '/notBefore': fault };
  }
  const faults = Object.entries(faultsOf(draft, api));
  return Object.fromEntries(faults.filter(([pointer]) => belongsTo(field, pointer)));
}

/** Whether the key has meanwhile something else in the field than when its form was opened. */
export const isOther = (field: EditedField, a: Key, b: Key): boolean =>
  JSON.stringify(a[field]) !== JSON.stringify(b[field]) ||
  (field === 'permissions' && a.preset !== b.preset);
