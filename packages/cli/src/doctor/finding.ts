/** What one look found. */
export interface Finding {
  /** Stable, for machines: `clock`. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it; null when there is nothing to be done. */
  readonly remedy: string | null;
}

export const ok = (check: string, message: string): Finding => ({
  check,
  status: 'ok',
  message,
  remedy: null,
});

export const warn = (check: string, message: string, remedy: string): Finding => ({
  check,
  status: 'warn',
  message,
  remedy,
});

/** An error whose first sentence says what is wrong, and the others what to do. */
export function failOf(check: string, { message }: Error): Finding {
  const [wrong = '', ...remedy] = message.split(/(?<=\.) /);
  return fail(check, wrong.replace(/\.$/, ''), remedy.join(' '));
}

export const fail = (check: string, message: string, remedy: string): Finding => ({
  check,
  status: 'fail',
  message,
  remedy,
});
