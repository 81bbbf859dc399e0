import { queryOptions } from '@tanstack/react-query';
import type { Problem, Session } from '@claviger/contract';
import { ClavigerError } from '@claviger/sdk';
import { fill, texts } from '../texts.ts';
import { explain } from './api.ts';
import { ask } from './reach.ts';

/** What the person holds in an organization. */
export function permissionsIn(session: Session, organizationId: string): readonly string[] {
  const membership = session.memberships.find((each) => each.organizationId === organizationId);
  return [...session.permissions, ...(membership?.permissions ?? [])];
}

/** Whether their role there is for keys of their own. */
export const isOwnOnly = ({ user, memberships }: Session, organizationId: string): boolean =>
  !user.operator &&
  memberships.find((each) => each.organizationId === organizationId)?.role === 'developer';

/** The session is over, or too old for what was asked: signing in again helps. */
export const wantsSignIn = (error: unknown): boolean =>
  error instanceof ClavigerError &&
  (error.status === 401 || error.code === 'FRESH_SIGN_IN_REQUIRED');

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    const answer = await ask('/v1/session', { headers: { accept: 'application/json' } });
    if (answer.status === 401) return null;
    return readAnswer<Session>(answer);
  },
});

export async function post<Result>(path: string, body: unknown): Promise<Result> {
  const answer = await ask(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return readAnswer<Result>(answer);
}

async function readAnswer<Result>(answer: Response): Promise<Result> {
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body as Result;
  const problem = body as Problem | null;
  if (problem?.code !== undefined) throw ClavigerError.ofProblem(problem, undefined);
  const { status } = answer;
  throw new ClavigerError(fill(texts.unexpected, { status: String(status) }), {
    code: 'UNEXPECTED_ANSWER',
    status,
  });
}

/** Why somebody could not sign in. */
export function explainSignIn(error: unknown): string {
  const status = error instanceof ClavigerError ? error.status : undefined;
  if (status === 401) return texts.signIn.wrong;
  return status === 429 ? texts.signIn.limited : explain(error);
}
