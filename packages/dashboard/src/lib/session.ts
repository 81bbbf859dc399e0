import { queryOptions } from '@tanstack/react-query';
import { ClavigerError } from '@claviger/sdk';

export interface Membership {
  readonly organizationId: string;
  readonly organizationName: string;
  readonly role: string;
}

export interface Session {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly operator: boolean;
  readonly memberships: readonly Membership[];
}

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    const answer = await fetch('/v1/session', { headers: { accept: 'application/json' } });
    if (answer.status === 401) return null;
    return readAnswer<Session>(answer);
  },
});

export async function post<Result>(path: string, body: unknown): Promise<Result> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return readAnswer<Result>(answer);
}

async function readAnswer<Result>(answer: Response): Promise<Result> {
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body as Result;
  const { detail, code, message } = (body ?? {}) as Partial<Record<string, string>>;
  throw new ClavigerError(detail ?? message ?? `The server answered ${answer.status}.`, {
    code: (code ?? 'UNEXPECTED_ANSWER') as ClavigerError['code'],
    status: answer.status,
  });
}
