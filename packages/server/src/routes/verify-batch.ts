import { operations, type Decision, type Fault } from '@claviger/contract';
import { InvalidRequestError } from '@claviger/core';
import { MAX_FAULTS } from '../http/json-body.ts';
import { route } from '../http/route.ts';

/** Decided one by one, in order, as if each had come alone: a limit that one uses up refuses the next. */
export const verifyBatchRoute = route(
  operations.verifyBatch,
  async ({ claviger, caller, body }) => {
    const data: Decision[] = [];
    const faults: Fault[] = [];
    for (const [index, ask] of body.verifications.entries()) {
      try {
        data.push(await claviger.verifier.verify(ask, caller.scope));
      } catch (error) {
        if (!(error instanceof InvalidRequestError)) throw error;
        for (const { pointer, message } of error.faults) {
          faults.push({ pointer: `/verifications/${index}${pointer}`, message });
        }
      }
    }
    if (faults.length > 0) throw new InvalidRequestError(faults.slice(0, MAX_FAULTS));
    return { data };
  },
);
