/** The shapes of ids, for whoever checks them without a schema. */
export const idPatterns = {
  api: /^[a-z0-9][a-z0-9_-]{0,62}$/,
  environment: /^[a-z][a-z0-9_-]{0,31}$/,
  /** No space, quote or backslash: these travel in `WWW-Authenticate: … scope="a b"` (RFC 6750). */
  permission: /^[A-Za-z0-9][A-Za-z0-9_:./-]{0,63}$/,
  /** The platform's own: an organization, a person, a customer, a node. */
  platform: /^[A-Za-z0-9_.:@-]{1,128}$/,
  /** Sent in `RateLimit: "name";r=42`: printable ASCII, nothing that would have to be escaped. */
  limit: /^[a-z0-9][a-z0-9_-]{0,62}$/,
} as const;
