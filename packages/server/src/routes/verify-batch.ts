import { operations, type Decision, type Fault, type VerifyBatch } from '@claviger/contract';
import { InvalidRequestError, RefusedError, type Claviger, type Scope } from '@claviger/core';
import { MAX_FAULTS } from '../http/json-body.ts';
import { route } from '../http/route.ts';

/**
 * Decided one by one, in order, as if each had come alone: a limit that one uses up refuses the next.
 * Nothing is decided, and nothing taken, unless every one of them can be.
 */
export const verifyBatchRoute = route(
  operations.verifyBatch,
  async ({ claviger, caller: { scope, requestId }, body }) => {
    await assertAnswerable(claviger, body, scope);
    const data: Decision[] = [];
    for (const ask of body.verifications) {
      data.push(await claviger.verifier.verify(ask, scope, requestId));
    }
    return { data };
  },
);

async function assertAnswerable(
  { verifier }: Claviger,
  { verifications }: VerifyBatch,
  scope: Scope,
): Promise<void> {
  const faults: Fault[] = [];
  for (const [index, ask] of verifications.entries()) {
    try {
      await verifier.assertAnswerable(ask, scope);
    } catch (error) {
      const at = `/verifications/${index}`;
      if (error instanceof InvalidRequestError) {
        faults.push(...error.faults.map((fault) => ({ ...fault, pointer: at + fault.pointer })));
      } else if (error instanceof RefusedError) {
        const fault = { pointer: `${at}/apiId`, message: error.message };
        throw new RefusedError(error.code, error.message, [fault]);
      } else throw error;
    }
  }
  if (faults.length > 0) throw new InvalidRequestError(faults.slice(0, MAX_FAULTS));
}
