import type { Fault, Problem, ProblemCode } from '@claviger/contract';

/** The codes of the server's problems, and three for what can go wrong on the way. */
export type ErrorCode = ProblemCode | 'TIMEOUT' | 'NETWORK_ERROR' | 'UNEXPECTED_ANSWER';

export interface ClavigerErrorFields {
  readonly code: ErrorCode;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly faults?: readonly Fault[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** The one error this client throws. `message` is for people; decide by `code`, which is stable. */
export class ClavigerError extends Error {
  override readonly name = 'ClavigerError';
  readonly code: ErrorCode;
  /** The HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** To be quoted when asking the operator. */
  readonly requestId: string | undefined;
  /** Each fault of an INVALID_REQUEST, with a pointer to the field. */
  readonly faults: readonly Fault[];
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, fields: ClavigerErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.requestId = fields.requestId;
    this.faults = fields.faults ?? [];
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }

  static ofProblem(problem: Problem, retryAfterSeconds: number | undefined): ClavigerError {
    const { code, status, requestId, errors, detail } = problem;
    return new ClavigerError(detail, {
      code,
      status,
      requestId,
      faults: errors,
      retryAfterSeconds,
    });
  }
}
