/** As `includes`, which costs a call out of compiled code: every verification asks it several times, of short lists. */
export function holds(list: readonly string[], asked: string): boolean {
  for (const item of list) if (item === asked) return true;
  return false;
}
