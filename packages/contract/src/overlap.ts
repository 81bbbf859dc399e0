/** A secret that is replaced, or was found in public, lives on for this long at most. */
export const MAX_OVERLAP_SECONDS = 90 * 86_400;
