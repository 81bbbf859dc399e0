import { MAX_EXAMPLES, type Holders, type Holdings } from '../ports/committer.ts';

/** Keys that hold the same. */
export interface Held {
  readonly permissions: readonly string[];
  readonly preset: string | null;
  readonly kind: string;
  readonly environment: string;
  readonly resourceTypes: readonly string[];
  readonly count: number;
  /** The id of one of them. */
  readonly example: string;
}

export function holdingsOf(keys: readonly Held[]): Holdings {
  const holdings = {
    permissions: new Map<string, Holders>(),
    presets: new Map<string, Holders>(),
    kinds: new Map<string, Holders>(),
    environments: new Map<string, Holders>(),
    resourceTypes: new Map<string, Holders>(),
    published: new Map<string, Holders>(),
  };
  for (const held of keys) {
    for (const id of held.permissions) add(holdings.permissions, id, held);
    if (held.preset !== null) add(holdings.presets, held.preset, held);
    add(holdings.kinds, held.kind, held);
    add(holdings.environments, held.environment, held);
    for (const type of held.resourceTypes) add(holdings.resourceTypes, type, held);
    if (held.kind === 'publishable') {
      for (const id of held.permissions) add(holdings.published, id, held);
    }
  }
  return holdings;
}

function add(map: Map<string, Holders>, id: string, { count, example }: Held): void {
  const known = map.get(id) ?? { count: 0, examples: [] };
  const examples =
    known.examples.length < MAX_EXAMPLES ? [...known.examples, example] : known.examples;
  map.set(id, { count: known.count + count, examples });
}
