import { ROOT_API_ID } from '@claviger/contract';
import { RefusedError } from '../errors.ts';
import { covers, type Caller } from '../scope.ts';
import { apiNotFound } from '../verification/entries.ts';

/** A definition reaches every organization and environment of its API, so only who reaches them too may write it. */
export function assertMayWriteApi({ scope }: Caller, id: string): void {
  if (id === ROOT_API_ID) {
    throw new RefusedError(
      'BUILT_IN',
      `The API "${id}" is built in and cannot be changed or deleted.`,
    );
  }
  if (!covers(scope, { apiId: id })) throw apiNotFound(id);
  if (scope.organizations !== null || scope.environments !== null) {
    throw new RefusedError(
      'BEYOND_OWN_RIGHTS',
      'An API definition reaches all organizations and environments, and this root key is bound to some. Use one that is not.',
    );
  }
}
