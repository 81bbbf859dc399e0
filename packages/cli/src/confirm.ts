import { Failure, wronglyCalled } from './failure.ts';
import { note } from './output.ts';
import { ask } from './stdin.ts';

export interface ConfirmOptions {
  readonly yes?: boolean;
}

export interface Question {
  /** What is about to happen and what it means, in words. Worked out only where somebody reads it. */
  readonly consequence?: () => string | Promise<string>;
  /** `Revoke it?` */
  readonly question: string;
}

/** Resolves when it may be done. Throws `Failure` when nobody can be asked, or the answer is no. */
export async function confirm(
  options: ConfirmOptions,
  { consequence, question }: Question,
): Promise<void> {
  if (options.yes === true) return;
  if (!process.stdin.isTTY) {
    throw wronglyCalled(
      'This asks before it does anything, and standard input is no terminal. Say --yes to do it without being asked.',
    );
  }
  if (consequence !== undefined) note(await consequence());
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/i.test(answer?.trim() ?? '')) {
    throw new Failure('Nothing was changed.');
  }
}
