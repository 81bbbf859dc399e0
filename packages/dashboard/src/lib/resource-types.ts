import type { Api } from '@claviger/contract';
import { inSentence, plural } from '../texts.ts';

export interface ResourceType {
  readonly id: string;
  readonly name: string;
}

/** How sentences speak of it. */
export const namesOf = ({ name }: ResourceType) => ({
  singular: inSentence(name),
  plural: inSentence(plural(name)),
});

/** What keys of any of the APIs can be scoped to, each once. */
export function resourceTypesOf(apis: readonly Api[]): ResourceType[] {
  const byId = new Map<string, ResourceType>();
  for (const { resourceTypes } of apis) {
    for (const type of resourceTypes) if (!byId.has(type.id)) byId.set(type.id, type);
  }
  return [...byId.values()];
}
