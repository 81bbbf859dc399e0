import type { ORGANIZATION_HEADER } from '@claviger/contract';
import { ClavigerClient, ClavigerError } from '@claviger/sdk';
import { texts } from '../texts.ts';
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
export function explain(error: unknown): string {
  const isAway = error instanceof ClavigerError && error.code === 'NETWORK_ERROR';
  if (isAway || error instanceof TypeError) return texts.unreachable.fault;
  return error instanceof Error ? error.message : String(error);
}
