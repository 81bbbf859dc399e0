import type { Api } from '@claviger/contract';
import { ClavigerError } from '@claviger/sdk';
import { addressKind } from './addresses-field.tsx';
import { creditsFaults } from './credits-field.tsx';
import { entriesFault } from './entry-list.ts';
import { expiryFault, expiryOf } from './expiry-field.tsx';
import { asSentence, type Faults } from './faults.ts';
import { limitsFaults } from './limit-values.ts';
import { metadataFault } from './metadata-field.tsx';
import { nameFault } from './name-field.tsx';
import { originsFault } from './origins-field.tsx';
import { grantsFault } from './permissions-field.tsx';
import { resourcesFaults } from './resources-field.tsx';
import { startFault } from './start-field.tsx';
import { fill, plural } from '../texts.ts';
import { createTexts } from '../texts/create-key.ts';
import { fieldTexts } from '../texts/fields.ts';
import { fittedDraft, type Draft, type FittedDraft } from './key-draft.ts';

/** What can be told without the server, of a settled draft. */
export function faultsOf(draft: FittedDraft, api: Api): Faults {
  const { kind, grants, origins, addresses } = draft;
  const found: Record<string, string | null> = {
    '/name': nameFault(draft.name),
    '/environment': draft.environment === null ? fieldTexts.environment.missing : null,
    '/permissions': grantsFault(api, kind, grants),
    '/allowedOrigins': kind === 'secret' ? null : originsFault(kind, origins),
    ...resourcesFaults(draft.resources),
    ...limitsFaults(api, draft.limits),
    ...creditsFaults(draft.credits),
    '/expiresAt': expiryFault(api, draft.expiry),
    '/allowedIps': entriesFault(addressKind, addresses),
    '/notBefore': startFault(draft.start, safeExpiry(api, draft)),
    '/metadata': metadataFault(draft.metadata),
  };
  return Object.fromEntries(
    Object.entries(found).filter((fault): fault is [string, string] => fault[1] !== null),
  );
}

/** There is none to compare with while it is at fault itself. */
const safeExpiry = (api: Api, { expiry }: FittedDraft) =>
  expiryFault(api, expiry) === null ? expiryOf(api, expiry) : undefined;

/** In the order of the form, what its fields are called and where in the draft they are. */
const FIELDS: Readonly<Record<string, readonly [member: keyof Draft, label: string]>> = {
  name: ['name', fieldTexts.name.label],
  environment: ['environment', fieldTexts.environment.label],
  kind: ['kind', fieldTexts.kind.label],
  permissions: ['grants', fieldTexts.permissions.label],
  preset: ['grants', fieldTexts.permissions.label],
  allowedOrigins: ['origins', fieldTexts.origins.label],
  resources: ['resources', fieldTexts.resources.label],
  rateLimits: ['limits', fieldTexts.limits.label],
  credits: ['credits', fieldTexts.credits.label],
  expiresAt: ['expiry', fieldTexts.expiry.label],
  description: ['description', fieldTexts.description.label],
  allowedIps: ['addresses', fieldTexts.addresses.label],
  notBefore: ['start', fieldTexts.start.label],
  ownerId: ['ownerId', fieldTexts.owner.label],
  metadata: ['metadata', fieldTexts.metadata.label],
};

const fieldAt = (pointer: string) => FIELDS[pointer.split('/')[1] ?? ''];

export function labelOf({ resourceTypes }: Api, pointer: string): string | undefined {
  const [, , type] = pointer.startsWith('/resources/') ? pointer.split('/') : [];
  const found = resourceTypes.find(({ id }) => id === type);
  return found === undefined ? fieldAt(pointer)?.[1] : plural(found.name);
}

const ORDER = Object.keys(FIELDS);

const inFormOrder = (faults: Faults): Faults =>
  Object.fromEntries(Object.entries(faults).toSorted(([a], [b]) => placeOf(a) - placeOf(b)));

const placeOf = (pointer: string): number => {
  const place = ORDER.indexOf(pointer.split('/')[1] ?? '');
  return place === -1 ? ORDER.length : place;
};

/** What the server refused, and of which draft. */
export interface Refusal {
  readonly draft: Draft;
  readonly error: Error;
}

/** What the server found, at the fields of the form; until they are changed. */
export function refusedFaults(refusal: Refusal | null, draft: Draft): Faults {
  const faults: Record<string, string> = {};
  for (const { pointer, message } of faultsIn(refusal)) {
    const field = fieldAt(pointer);
    if (field !== undefined && refusal?.draft[field[0]] !== draft[field[0]]) continue;
    const at = pointer.startsWith('/preset') ? '/permissions' : fieldOfEntry(pointer);
    const entry = entryAt(refusal, pointer);
    faults[at] ??=
      entry === undefined
        ? asSentence(message)
        : fill(fieldTexts.entries.entryFault, { entry, fault: message });
  }
  return faults;
}

/** Entries of lists are named in the fault of their field. */
const fieldOfEntry = (pointer: string): string =>
  /^\/(?:allowedOrigins|allowedIps|permissions)(?=\/)/.exec(pointer)?.[0] ?? pointer;

/** What the server found wrong with entries that are still there, by entry. */
export function entryFaults(
  refusal: Refusal | null,
  list: 'allowedOrigins' | 'allowedIps',
): Faults {
  return Object.fromEntries(
    faultsIn(refusal).flatMap(({ pointer, message }) => {
      const entry = pointer.startsWith(`/${list}/`) ? entryAt(refusal, pointer) : undefined;
      return entry === undefined ? [] : [[entry, message]];
    }),
  );
}

const faultsIn = (refusal: Refusal | null) =>
  refusal?.error instanceof ClavigerError ? refusal.error.faults : [];

function entryAt(refusal: Refusal | null, pointer: string): string | undefined {
  const [, list, index] = pointer.split('/');
  if (list === 'allowedOrigins') return refusal?.draft.origins.entries[Number(index)];
  return list === 'allowedIps' ? refusal?.draft.addresses.entries[Number(index)] : undefined;
}

/** A refusal as a whole; null: there is nothing to say but the faults of fields. */
export const refusalText = (refusal: Refusal): string | null =>
  faultsIn(refusal).length > 0 ? null : refusal.error.message;

/** Of a key that was to be made. */
export function creationRefusalText(refusal: Refusal): string | null {
  const code = refusal.error instanceof ClavigerError ? refusal.error.code : null;
  if (code === 'NETWORK_ERROR' || code === 'TIMEOUT') return createTexts.lost;
  if (code === 'SECRET_NO_LONGER_AVAILABLE') return createTexts.secretGone;
  return refusalText(refusal);
}

/** What is wrong still of what was wrong when it was sent: of `tried`, and of what the server refused. */
export function faultsNow(
  draft: Draft,
  api: Api,
  refusal: Refusal | null,
  tried: readonly string[],
): Faults {
  const own = Object.entries(faultsOf(fittedDraft(draft, api), api));
  const still = own.filter(([pointer]) => tried.includes(pointer));
  return inFormOrder({ ...refusedFaults(refusal, draft), ...Object.fromEntries(still) });
}
