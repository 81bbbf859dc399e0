import { covers, type Scope } from '../scope.ts';
import type { LogSubject } from './log-columns.ts';

/**
 * Whether an entry may be seen and completed under the scope. Of an unknown token nobody knows whose it
 * is: who is bound to some organizations is not told of it.
 */
export function coversSubject(scope: Scope, subject: LogSubject): boolean {
  const { apiId, organizationId, environment } = subject;
  if (organizationId === null && scope.organizations !== null) return false;
  if (environment === null && scope.environments !== null) return false;
  return covers(scope, {
    apiId,
    ...(organizationId !== null && { organizationId }),
    ...(environment !== null && { environment }),
  });
}
