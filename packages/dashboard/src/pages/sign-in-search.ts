import { texts } from '../texts.ts';

type Problem = keyof typeof texts.signIn.problems;

export interface SignInSearch {
  /** Where to go afterwards. */
  next?: string;
  /** Why the provider's answer let nobody in. */
  problem?: Problem;
  /** The provider's answer was taken, and a code is missing. */
  step?: 'code';
}

const isProblem = (text: unknown): text is Problem =>
  typeof text === 'string' && Object.hasOwn(texts.signIn.problems, text);

export function signInSearch({ next, problem, step }: Record<string, unknown>): SignInSearch {
  return {
    // Only a path of this site: anything else would send people elsewhere after they signed in.
    ...(typeof next === 'string' && /^\/(?![/\\])/.test(next) && { next }),
    ...(isProblem(problem) && { problem }),
    ...(step === 'code' && { step }),
  };
}
