import type { PutApi } from '../api-definition.ts';

/** What a preset grants as the catalog stands; nothing for one that there is not. */
export function presetPermissions(
  { permissions, presets }: Pick<PutApi, 'permissions' | 'presets'>,
  presetId: string | null,
): readonly string[] {
  const preset = presets.find(({ id }) => id === presetId);
  if (preset === undefined) return [];
  if (preset.grants === 'all') return permissions.map(({ id }) => id);
  if (preset.grants === 'read') {
    return permissions.filter(({ access }) => access === 'read').map(({ id }) => id);
  }
  return preset.grants.permissions;
}
