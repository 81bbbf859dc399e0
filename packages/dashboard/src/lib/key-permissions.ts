import type { Api, Key } from '@claviger/contract';
import { presetPermissions } from '@claviger/contract/rules';

export interface NamedPermissions {
  /** The name of the preset, where the key has one. */
  readonly preset: string | null;
  /** Everything that it may do, by name. */
  readonly all: readonly string[];
}

/** What a key may do, in the words of its API; by id where the API is not known. */
export function permissionsOf(
  { preset, permissions }: Pick<Key, 'preset' | 'permissions'>,
  api: Api | undefined,
): NamedPermissions {
  const found = api?.presets.find(({ id }) => id === preset);
  const held = new Set([
    ...permissions,
    ...(api && preset !== null ? presetPermissions(api, preset) : []),
  ]);
  const named = (api?.permissions ?? []).filter(({ id }) => held.has(id));
  const unknown = permissions.filter((id) => !named.some((known) => known.id === id));
  return { preset: found?.name ?? preset, all: [...named.map(({ name }) => name), ...unknown] };
}
