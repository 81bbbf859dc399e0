/** What shows or ends a secret is done only so soon after signing in. */
export const FRESH_MS = 10 * 60 * 1_000;
