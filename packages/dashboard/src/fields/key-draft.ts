import type { Api, CreateKeyInput, Key, KeyKind, PatchKey } from '@claviger/contract';
import { addressKind } from './addresses-field.tsx';
import { creditsOf, creditsValue, type CreditsValue } from './credits-field.tsx';
import { entryList, settled, type EntryList } from './entry-list.ts';
import { environmentOf } from './environment-field.tsx';
import { expiryOf, expiryWithin, USUAL_EXPIRY, type ExpiryValue } from './expiry-field.tsx';
import { kindOf } from './kind-field.tsx';
import { limitOf, limitValue, type LimitValue } from './limit-values.ts';
import { metadataText, readMetadata } from './metadata-field.tsx';
import { originKind } from './origins-field.tsx';
import { grantsWithin, type Grants } from './permissions-field.tsx';
import { resourcesWithin, type Resources } from './resources-field.tsx';
import { startOf } from './start-field.tsx';

/** What is filled in, as it is filled in. What another API or kind has no use for is kept, and not sent. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly environment: string | null;
  readonly kind: KeyKind | null;
  readonly grants: Grants;
  readonly origins: EntryList;
  readonly addresses: EntryList;
  readonly resources: Resources;
  readonly limits: readonly LimitValue[];
  readonly credits: CreditsValue | null;
  readonly expiry: ExpiryValue;
  readonly start: string;
  readonly ownerId: string | null;
  readonly metadata: string;
}

/** Nothing is chosen that would let a key do anything. */
export const EMPTY_DRAFT: Draft = {
  name: '',
  description: '',
  environment: null,
  kind: null,
  grants: { preset: null, permissions: [] },
  origins: entryList([]),
  addresses: entryList([]),
  resources: {},
  limits: [],
  credits: null,
  expiry: USUAL_EXPIRY,
  start: '',
  ownerId: null,
  metadata: '',
};

/** A replacement begins with what the old key has, but for its life, which is its own. */
export const draftOf = (key: Key): Draft => ({
  name: key.name,
  description: key.description ?? '',
  environment: key.environment,
  kind: key.kind,
  grants: { preset: key.preset, permissions: key.permissions },
  origins: entryList(key.allowedOrigins),
  addresses: entryList(key.allowedIps),
  resources: key.resources,
  limits: key.rateLimits.map((limit) => limitValue(limit)),
  credits: creditsValue(key.credits),
  expiry: USUAL_EXPIRY,
  start: '',
  ownerId: key.ownerId,
  metadata: metadataText(key.metadata),
});

/** With what is typed taken up; the same draft where there is nothing. */
export function settledDraft(draft: Draft): Draft {
  if (draft.origins.typed === '' && draft.addresses.typed === '') return draft;
  return {
    ...draft,
    origins: settled(originKind, draft.origins),
    addresses: settled(addressKind, draft.addresses),
  };
}

/** A draft for one API: what the form shows of it. */
export type FittedDraft = Draft & { readonly kind: KeyKind };

export function fittedDraft(draft: Draft, api: Api): FittedDraft {
  const kind = kindOf(api, draft.kind);
  return {
    ...draft,
    kind,
    environment: environmentOf(api, draft.environment),
    grants: grantsWithin(api, kind, draft.grants),
    resources: resourcesWithin(api, draft.resources),
    expiry: expiryWithin(api, draft.expiry),
  };
}

/** As it is sent. Of a draft without faults. `ownOnly`: whose role is for keys of their own, which the server sees to. */
export function bodyOf(draft: FittedDraft, api: Api, ownOnly: boolean) {
  const expiresAt = expiryOf(api, draft.expiry);
  return {
    name: draft.name.trim(),
    description: draft.description.trim() === '' ? null : draft.description,
    permissions: [...draft.grants.permissions],
    preset: draft.grants.preset,
    allowedOrigins: draft.kind === 'secret' ? [] : [...draft.origins.entries],
    allowedIps: [...draft.addresses.entries],
    resources: Object.fromEntries(
      Object.entries(draft.resources).map(([type, ids]) => [type, [...ids]]),
    ),
    rateLimits: draft.limits.map(limitOf),
    credits: creditsOf(draft.credits),
    ...(expiresAt !== undefined && { expiresAt }),
    notBefore: startOf(draft.start),
    ...(!ownOnly && { ownerId: draft.ownerId }),
    metadata: readMetadata(draft.metadata) ?? {},
  } satisfies PatchKey;
}

/** What is sent to create a key, beside its body. */
export const placeOf = (
  { kind, environment }: FittedDraft,
  { id: apiId }: Api,
  organizationId: string,
) =>
  ({
    apiId,
    organizationId,
    kind,
    ...(environment !== null && { environment }),
  }) satisfies Omit<CreateKeyInput, 'name'>;
