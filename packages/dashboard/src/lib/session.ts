import { queryOptions } from '@tanstack/react-query';
import { ClavigerError } from '@claviger/sdk';
import { texts } from '../texts.ts';
import { explain } from './api.ts';

export interface Membership {
  readonly organizationId: string;
  readonly role: string;
  readonly permissions: readonly string[];
}

export interface Session {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly operator: boolean;
  };
  /** Held everywhere. */
  readonly permissions: readonly string[];
  readonly memberships: readonly Membership[];
}

/** What the person holds in an organization. */
export function permissionsIn(session: Session, organizationId: string): readonly string[] {
  const membership = session.memberships.find((each) => each.organizationId === organizationId);
  return [...session.permissions, ...(membership?.permissions ?? [])];
}

/** The session is over, or too old for what was asked: signing in again helps. */
export const wantsSignIn = (error: unknown): boolean =>
  error instanceof ClavigerError &&
  (error.status === 401 || (error.code as string) === 'FRESH_SIGN_IN_REQUIRED');

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

/** Why somebody could not sign in. */
export function explainSignIn(error: unknown): string {
  const status = error instanceof ClavigerError ? error.status : undefined;
  if (status === 401) return texts.signIn.wrong;
  return status === 429 ? texts.signIn.limited : explain(error);
}
