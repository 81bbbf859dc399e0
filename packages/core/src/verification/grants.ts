import { presetPermissions, type PutApi } from '@claviger/contract';

/** The permissions a key holds: those named, then those of its preset as the catalog stands now, in catalog order. */
export function resolveGrants(
  definition: PutApi,
  named: readonly string[],
  presetId: string | null,
): readonly string[] {
  const granted = new Set(named);
  for (const id of presetPermissions(definition, presetId)) granted.add(id);
  // What has left the catalog is no longer granted.
  // Not frozen: JSON.stringify takes three times as long over a frozen array.
  return definition.permissions.map(({ id }) => id).filter((id) => granted.has(id));
}
