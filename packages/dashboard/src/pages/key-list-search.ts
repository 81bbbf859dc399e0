const STATUSES = ['active', 'inactive', 'expired', 'revoked'] as const;

/** What the address of the list says. */
export interface KeyListSearch {
  q?: string;
  status?: (typeof STATUSES)[number];
  environment?: string;
  cursor?: string;
}

export function keyListSearch(search: Record<string, unknown>): KeyListSearch {
  const text = (name: string) => (typeof search[name] === 'string' ? search[name] : undefined);
  const status = STATUSES.find((known) => known === search['status']);
  const [q, environment, cursor] = [text('q'), text('environment'), text('cursor')];
  return {
    ...(q && { q }),
    ...(status && { status }),
    ...(environment && { environment }),
    ...(cursor && { cursor }),
  };
}
