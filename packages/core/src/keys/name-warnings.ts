import { isVagueName, type Key } from '@claviger/contract';

/** A vague name is accepted, and the answer says what a good one looks like. */
export function nameWarnings(name: string): Key['warnings'] {
  if (!isVagueName(name)) return [];
  return [
    {
      code: 'VAGUE_NAME',
      message: `"${name}" does not say what uses the key. Name the system and the environment, such as "Warehouse staging" or "Finance export job".`,
    },
  ];
}
