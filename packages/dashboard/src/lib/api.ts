import { ClavigerClient } from '@claviger/sdk';

/** Calls go out with the session's cookie, in the name of one organization or of none. */
export function clientFor(organizationId: string | null): ClavigerClient {
  return new ClavigerClient({
    baseUrl: location.origin,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      if (organizationId !== null) headers.set('x-claviger-organization', organizationId);
      return fetch(input, { ...init, headers, credentials: 'same-origin' });
    },
  });
}

/** What went wrong, in words that say what to do. */
export const explain = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
