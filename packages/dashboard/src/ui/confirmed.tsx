import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { SignInAgain } from './sign-in-again.tsx';

interface Confirmed<Input> {
  mutate: (input: Input) => void;
  reset: () => void;
  isPending: boolean;
  fault: string | null;
  /** To be shown somewhere on the page: asks to sign in again, then goes on. */
  again: ReactNode;
}

/** Something that is only for who signed in lately. */
export function useConfirmed<Input, Result>(
  perform: (input: Input) => Promise<Result>,
  {
    onSuccess,
    passwordOf = () => undefined,
  }: {
    onSuccess: (result: Result, input: Input) => void | Promise<void>;
    /** Where it is typed for this already, it is not asked for again. */
    passwordOf?: (input: Input) => string | undefined;
  },
): Confirmed<Input> {
  const run = useMutation({ mutationFn: perform, gcTime: 0, onSuccess });
  const asks = run.isError && wantsSignIn(run.error);
  const password = asks ? passwordOf(run.variables) : undefined;
  return {
    mutate: run.mutate,
    reset: run.reset,
    isPending: run.isPending,
    fault: run.isError && !asks ? explain(run.error) : null,
    again: asks && (
      <SignInAgain
        onDone={() => run.mutate(run.variables)}
        onCancel={run.reset}
        {...(password !== undefined && { password })}
      />
    ),
  };
}
