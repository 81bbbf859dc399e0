import type { Fault } from '@claviger/contract';
import { covers, type Caller } from '../scope.ts';

/** Who may act on their own keys alone makes keys of their own; null: keys of nobody, unless told whose. */
export const ownOwner = ({ scope }: Caller): string | null => scope.owners?.[0] ?? null;

/** Nobody gives a key to a person whose keys they may not see: it would be out of their hands. */
export function ownerFaults({ scope }: Caller, ownerId: string | null): Fault[] {
  if (covers(scope, { ownerId })) return [];
  return [{ pointer: '/ownerId', message: 'must be yourself: your role is for keys of your own' }];
}
