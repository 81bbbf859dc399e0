import { queryOptions } from '@tanstack/react-query';
import type { Problem, Session } from '@claviger/contract';
import { ClavigerError } from '@claviger/sdk';
import { fill, texts } from '../texts.ts';
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

/** What was wrong is a code or a passkey, and not who asks. */
const NOT_OF_THE_SESSION: readonly (string | undefined)[] = [
  'SECOND_FACTOR_FAILED',
  'PASSKEY_NOT_ACCEPTED',
];

/** The session is over, or too old for what was asked: signing in again helps. */
export const wantsSignIn = (error: unknown): boolean =>
  error instanceof ClavigerError &&
  (error.code === 'FRESH_SIGN_IN_REQUIRED' ||
    (error.status === 401 && !NOT_OF_THE_SESSION.includes(error.code)));

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

export async function get<Result>(path: string): Promise<Result> {
  return readAnswer<Result>(await ask(path, { headers: { accept: 'application/json' } }));
}

export const post = <Result>(path: string, body: unknown): Promise<Result> =>
  send<Result>('POST', path, body);

export const patch = <Result>(path: string, body: unknown): Promise<Result> =>
  send<Result>('PATCH', path, body);

async function send<Result>(method: string, path: string, body: unknown): Promise<Result> {
  const answer = await ask(path, {
    method,
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
