/** What the address of the resources says. */
export interface ResourcesSearch {
  /** One that an API declares; left out, the first of them. */
  type?: string;
  q?: string;
  cursor?: string;
}

export function resourcesSearch(search: Record<string, unknown>): ResourcesSearch {
  const names = ['type', 'q', 'cursor'] as const;
  const given = names.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
