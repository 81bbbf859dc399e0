import { ROOT_API_ID, tokenFormatsOf, type PutApi, type TokenFormat } from '@claviger/contract';
import { InvalidRequestError, RefusedError } from '../errors.ts';
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

/** A key that looks like a root key is taken for one: by people, and by whoever searches for leaked ones. */
export const ROOT_PREFIX = 'clv';

/** Throws `InvalidRequestError` for a format that would issue what looks like root keys. */
export function assertNotRootPrefix({ formats }: PutApi): void {
  const faults = tokenFormatsOf(formats)
    .filter(({ format }) => prefixesOf(format).includes(ROOT_PREFIX))
    .map(({ path }) => ({
      pointer: `/${path.join('/')}/prefix`,
      message: `"${ROOT_PREFIX}" is the prefix of root keys; choose another, such as one made of your platform's name`,
    }));
  if (faults.length > 0) throw new InvalidRequestError(faults);
}

const prefixesOf = ({ prefix }: TokenFormat): string[] =>
  typeof prefix === 'string' ? [prefix] : Object.values(prefix);
