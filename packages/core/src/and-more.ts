/** `a, b and 3 more`: those of `total` that are shown, in words. */
export function andMore(shown: readonly string[], total: number): string {
  const more = total - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
