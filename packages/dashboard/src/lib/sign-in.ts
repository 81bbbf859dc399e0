import { queryOptions } from '@tanstack/react-query';
import type { SignInMethods } from '@claviger/contract';
import { ClavigerError } from '@claviger/sdk';
import { texts } from '../texts.ts';
import { explain } from './api.ts';
import { get, post } from './session.ts';

/** What may be asked for: the app's code, or one that was stored for the day without it. */
export type CodeKind = 'code' | 'backup';

export const methodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  staleTime: Infinity,
  queryFn: () => get<SignInMethods>('/v1/sign-in-methods'),
});

/** Whether a code has to follow. */
export async function sendPassword(email: string, password: string): Promise<boolean> {
  const answer = await post<{ secondFactorRequired?: boolean }>('/auth/sign-in/email', {
    email,
    password,
  });
  return answer.secondFactorRequired === true;
}

export const sendCode = (kind: CodeKind, code: string): Promise<unknown> =>
  post(kind === 'code' ? '/auth/sign-in/code' : '/auth/sign-in/backup-code', { code });

/** At the provider. `again`: it is to make sure of who it is. */
export async function providerAddress(next: string, again: boolean): Promise<string> {
  const { url } = await post<{ url: string }>('/auth/single-sign-on', { next, again });
  return url;
}

const WORDS: Readonly<Record<string, string>> = {
  SIGN_IN_FAILED: texts.signIn.wrong,
  SIGN_IN_TIMED_OUT: texts.signIn.timedOut,
  PASSKEY_NOT_ACCEPTED: texts.signIn.passkeyFailed,
};

/** Why somebody could not sign in. */
export const explainSignIn = (error: unknown): string =>
  WORDS[codeOf(error) ?? ''] ?? explain(error);

/** The password has to be given again before another code. */
export const isOver = (error: unknown): boolean => codeOf(error) === 'SIGN_IN_TIMED_OUT';

/** The code was wrong, and another may be tried. */
export const isWrongCode = (error: unknown): boolean => codeOf(error) === 'SECOND_FACTOR_FAILED';

const codeOf = (error: unknown): string | undefined =>
  error instanceof ClavigerError ? error.code : undefined;

const CHANNEL = 'claviger.signed-in';

/** Tells other windows, such as the one that asked to confirm who it is. */
export function tellSignedIn(): void {
  const channel = new BroadcastChannel(CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
  channel.postMessage(null);
  channel.close();
}

/** Answers how to stop listening. */
export function onSignedIn(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
