import type { Fault, ProblemCode, RateLimitState } from '@claviger/contract';

/** The base of every error this library throws on purpose. `message` is for people and holds no secret. */
export abstract class ClavigerError extends Error {
  abstract readonly code: ProblemCode;
}

/** Something the caller asked for cannot be done, and the message says why and what to do. */
export class RefusedError extends ClavigerError {
  override readonly name = 'RefusedError';
  readonly code: ProblemCode;
  readonly faults: readonly Fault[];

  constructor(code: ProblemCode, message: string, faults: readonly Fault[] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}

/** Fields that are well-formed but do not fit what is stored: every fault is listed. */
export class InvalidRequestError extends RefusedError {
  constructor(faults: readonly Fault[]) {
    super(
      'INVALID_REQUEST',
      faults.map(({ pointer, message }) => `${pointer || 'The body'} ${message}`).join('; '),
      faults,
    );
  }
}

/** The database cannot be reached, read or written. The cause is for the operator's log, never for a client. */
export class StorageError extends ClavigerError {
  override readonly name = 'StorageError';
  readonly code = 'STORAGE_UNAVAILABLE';
}

/** More look-ups wait for the database than may. */
export class OverloadedError extends ClavigerError {
  override readonly name = 'OverloadedError';
  readonly code = 'OVERLOADED';
}

/** Somebody who presents no key asks for more than strangers may. */
export class RateLimitedError extends ClavigerError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  readonly limits: readonly RateLimitState[];
  readonly retryAfterSeconds: number;

  constructor(message: string, limits: readonly RateLimitState[], retryAfterSeconds: number) {
    super(message);
    this.limits = limits;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The database cannot be used as it is; the message tells the operator what to do. Thrown at start only. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

export class DatabaseInUseError extends StartError {
  override readonly name = 'DatabaseInUseError';
}
