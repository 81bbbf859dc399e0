import {
  problems,
  problemSlug,
  type Problem,
  type ProblemCode,
  type RateLimitState,
  type Refused,
} from '@claviger/contract';
import { ClavigerError, RateLimitedError, RefusedError } from '@claviger/core';
import { rateLimitHeaders } from './rate-limit-headers.ts';

/** A presented key that was refused, or none presented. Becomes 401, 403 or 429 with RFC 6750's challenge. */
export class UnauthorizedError extends ClavigerError {
  override readonly name = 'UnauthorizedError';
  readonly code: ProblemCode;
  readonly realm: string;
  readonly missing: readonly string[];
  readonly limits: readonly RateLimitState[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, message: string, realm: string, refused?: Refused) {
    super(message);
    this.code = code;
    this.realm = realm;
    this.missing = refused?.missing ?? [];
    this.limits = refused?.rateLimits ?? [];
    this.retryAfterSeconds = refused?.retryAfterSeconds;
  }

  static of(refused: Refused, realm: string): UnauthorizedError {
    return new UnauthorizedError(refused.code, refused.message, realm, refused);
  }
}

/** An answer before it is written to whichever kind of response. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Any error as an answer: those thrown on purpose as what they say, everything else as 500 without detail. */
export function problemAnswer(error: unknown, requestId: string, publicUrl: string): Answer {
  const code = error instanceof ClavigerError ? error.code : 'INTERNAL_ERROR';
  const { status, title, remedy } = problems[code];
  const faults = error instanceof RefusedError ? error.faults : [];
  const body: Problem = {
    type: `${publicUrl}/problems/${problemSlug(code)}`,
    title,
    status,
    detail: error instanceof ClavigerError ? error.message : remedy,
    code,
    requestId,
    ...(faults.length > 0 && { errors: [...faults] }),
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...challenge(error, status),
      ...((error instanceof UnauthorizedError || error instanceof RateLimitedError) &&
        rateLimitHeaders(error.limits, error.retryAfterSeconds)),
      ...((status === 503 || code === 'IDEMPOTENCY_IN_PROGRESS') && {
        'retry-after': retryAfter(),
      }),
    },
    body: JSON.stringify(body),
  };
}

/** No token was presented, or one of another kind. */
const WITHOUT_CREDENTIAL: readonly ProblemCode[] = [
  'CREDENTIAL_MISSING',
  'SIGN_IN_REQUIRED',
  'SIGN_IN_FAILED',
];

/** RFC 6750, section 3: no error code where no credential was presented. */
function challenge(error: unknown, status: number): Record<string, string> {
  if (!(error instanceof UnauthorizedError) || (status !== 401 && status !== 403)) return {};
  const parts = [`realm="${quotable(error.realm)}"`];
  if (error.code === 'INSUFFICIENT_PERMISSIONS') {
    parts.push('error="insufficient_scope"', `scope="${quotable(error.missing.join(' '))}"`);
  } else if (status === 401 && !WITHOUT_CREDENTIAL.includes(error.code)) {
    parts.push('error="invalid_token"', `error_description="${quotable(error.message)}"`);
  } else if (status === 403) {
    return {};
  }
  return { 'www-authenticate': `Bearer ${parts.join(', ')}` };
}

/** The characters that RFC 6750 allows in its attributes. */
const quotable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');

/** 1 to 5 seconds: callers that were refused together should not come back together. */
const retryAfter = (): string => String(1 + Math.floor(Math.random() * 5));
