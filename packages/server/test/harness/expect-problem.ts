import { problems, problemSlug, type Fault, type ProblemCode } from '@claviger/contract';
import { expect } from 'vitest';
import type { Answer } from './test-server.ts';

export interface ExpectedProblem {
  readonly detail?: string | RegExp;
  /** All of them, in order. Left out: not looked at. */
  readonly errors?: readonly Fault[];
}

/** Names of files, libraries and drivers, and the words of their messages. */
const INTERNALS = /node_modules|node:|\.[jt]s:\d|sqlite|kysely|\bzod\b|ECONN|call stack|\n\s+at /i;

/** The answer is this problem with all of RFC 9457's members and nothing else, and says nothing of the inside. */
export function expectProblem(
  answer: Answer,
  code: ProblemCode,
  { detail, errors }: ExpectedProblem = {},
): void {
  const { status, title } = problems[code];
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { errors: given, ...body } = answer.body as Record<string, unknown>;
  expect(body).toEqual({
    type: expect.stringMatching(new RegExp(`^https?://.+/problems/${problemSlug(code)}$`)),
    title,
    status,
    detail: typeof detail === 'string' ? detail : expect.stringMatching(detail ?? /\w/),
    code,
    requestId: answer.headers.get('x-request-id'),
  });
  if (errors !== undefined) expect(given).toEqual(errors);
  expect(answer.text).not.toMatch(INTERNALS);
}

/** A refusal of what was sent: these faults, in this order, and nothing else. */
export function expectFaults(answer: Answer, ...errors: readonly Fault[]): void {
  expectProblem(answer, 'INVALID_REQUEST', { errors });
}
