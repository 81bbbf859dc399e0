import type { Fault, ORGANIZATION_HEADER } from '@claviger/contract';
import { ClavigerClient, ClavigerError } from '@claviger/sdk';
import { ask } from './reach.ts';

// A type alone comes from the contract: its schemas would come along with a value.
const HEADER: typeof ORGANIZATION_HEADER = 'X-Claviger-Organization';

/** Calls go out with the session's cookie, in the name of one organization or of none. */
export function clientFor(organizationId: string | null): ClavigerClient {
  return new ClavigerClient({
    baseUrl: location.origin,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      if (organizationId !== null) headers.set(HEADER, organizationId);
      return ask(input, { ...init, headers, credentials: 'same-origin' });
    },
  });
}

/** What went wrong, in words that say what to do. */
export const explain = (error: unknown): string => {
  if (error instanceof ClavigerError && error.faults.length > 0) {
    return error.faults.map(faultText).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
};

/** A pointer is for programs: "/email" is called "Email" here. */
function faultText({ pointer, message }: Fault): string {
  const [, field = ''] = pointer.split('/');
  return `${field.charAt(0).toUpperCase()}${field.slice(1)} ${message}`.trim();
}
