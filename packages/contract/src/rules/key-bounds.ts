/** The most that a key takes of each. */
export const keyBounds = {
  nameLength: 100,
  descriptionLength: 500,
  permissions: 64,
  origins: 50,
  addresses: 100,
  resourcesOfType: 100,
  rateLimits: 16,
  limit: 1_000_000_000,
  /** Thirty days; what is meant to last longer is a quota: `credits`. */
  windowSeconds: 2_592_000,
  credits: 1_000_000_000_000,
  metadataBytes: 4_096,
} as const;
