import type { RateLimitState } from '@claviger/contract';

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), one member for each limit, and
 * `Retry-After` (RFC 9110, section 10.2.3). Without limits neither of the two: an empty list is not sent.
 */
export function rateLimitHeaders(
  limits: readonly RateLimitState[],
  retryAfterSeconds?: number,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (limits.length > 0) {
    headers['ratelimit-policy'] = limits.map(policyItem).join(', ');
    headers['ratelimit'] = limits.map(limitItem).join(', ');
  }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = wholeSeconds(retryAfterSeconds);
  return headers;
}

const policyItem = ({ name, limit, windowSeconds }: RateLimitState): string =>
  `${quoted(name)};q=${limit};w=${windowSeconds}`;

const limitItem = ({ name, remaining, resetSeconds }: RateLimitState): string =>
  `${quoted(name)};r=${remaining};t=${wholeSeconds(resetSeconds)}`;

/** Rounded up: whoever comes back then is not early. */
const wholeSeconds = (seconds: number): string => String(Math.ceil(seconds));

/** A String of RFC 9651, section 3.3.3, which holds printable ASCII only. */
const quoted = (text: string): string =>
  `"${text.replace(/[^\x20-\x7e]/gu, '?').replace(/["\\]/g, '\\$&')}"`;
