import { liesWithin, type Scope } from '../scope.ts';
import type { LogSubject } from './log-columns.ts';

/**
 * Whether an entry may be seen and completed under the scope. Of an unknown token nobody knows whose it
 * is: who is bound to some organizations is not told of it.
 */
export const coversSubject = (scope: Scope, subject: LogSubject): boolean =>
  liesWithin(scope, subject);
