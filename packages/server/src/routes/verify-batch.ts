import { operations, type Decision } from '@claviger/contract';
import { InvalidRequestError } from '@claviger/core';
import { route } from '../http/route.ts';

/** Decided one by one, in order, as if each had come alone: a limit that one uses up refuses the next. */
export const verifyBatchRoute = route(
  operations.verifyBatch,
  async ({ claviger, caller, body }) => {
    const data: Decision[] = [];
    for (const [index, ask] of body.verifications.entries()) {
      try {
        data.push(await claviger.verifier.verify(ask, caller.scope));
      } catch (error) {
        if (!(error instanceof InvalidRequestError)) throw error;
        throw new InvalidRequestError(
          error.faults.map(({ pointer, message }) => ({
            pointer: `/verifications/${index}${pointer}`,
            message,
          })),
        );
      }
    }
    return { data };
  },
);
