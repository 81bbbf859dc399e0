import { EXIT } from './exit-codes.ts';

/** Something this program found wrong itself. The message says what to do and holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

export const wronglyCalled = (message: string): Failure => new Failure(message, EXIT.wronglyCalled);
