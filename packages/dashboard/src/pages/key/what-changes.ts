import type { Api, Key, PatchKey } from '@claviger/contract';
import { presetPermissions } from '@claviger/contract/rules';
import { keyPageTexts } from '../../texts/key-page.ts';
import { permissionName } from './field-text.ts';

const words = keyPageTexts.edit;

/** What a change lets in that was kept out before, and the other way round. Each may be empty. */
export interface WhatChanges {
  readonly gains: readonly string[];
  readonly losses: readonly string[];
}

/** Of a change that is not made yet, so that nobody widens a key without having read it. */
export function whatChanges(key: Key, patch: PatchKey, api: Api): WhatChanges {
  const after = { ...key, ...patch } as Key;
  const [had, has] = [grantsOf(key, api), grantsOf(after, api)];
  const named = (ids: readonly string[]) => ids.map((id) => permissionName(id, api));
  return {
    gains: [
      ...named(without(has, had)),
      ...without(after.allowedOrigins, key.allowedOrigins),
      ...addressesGained(key, after),
      ...resourcesGained(key, after, api),
    ],
    losses: [
      ...named(without(had, has)),
      ...without(key.allowedOrigins, after.allowedOrigins),
      ...addressesGained(after, key),
      ...resourcesGained(after, key, api),
    ],
  };
}

const grantsOf = ({ permissions, preset }: Key, api: Api): string[] => [
  ...new Set([...permissions, ...presetPermissions(api, preset)]),
];

const without = (list: readonly string[], others: readonly string[]): string[] =>
  list.filter((entry) => !others.includes(entry));

/** None listed is every address. */
function addressesGained(before: Key, after: Key): string[] {
  if (before.allowedIps.length === 0) return [];
  if (after.allowedIps.length === 0) return [words.anyAddress];
  return without(after.allowedIps, before.allowedIps);
}

/** A type that is not named is not restricted. */
function resourcesGained(before: Key, after: Key, api: Api): string[] {
  return Object.entries(before.resources).flatMap(([type, ids]) => {
    const name = api.resourceTypes.find(({ id }) => id === type)?.name ?? type;
    const now = after.resources[type];
    const gained = now === undefined ? [words.everyResource] : without(now, ids);
    return gained.map((each) => `${name}: ${each}`);
  });
}
