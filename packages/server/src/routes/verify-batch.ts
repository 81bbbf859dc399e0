import { operations, type Decision, type Fault, type VerifyBatch } from '@claviger/contract';
import { InvalidRequestError, type Claviger, type Scope } from '@claviger/core';
import { MAX_FAULTS } from '../http/json-body.ts';
import { route } from '../http/route.ts';

/**
 * Decided one by one, in order, as if each had come alone: a limit that one uses up refuses the next.
 * Nothing is decided, and nothing taken, unless every one of them can be.
 */
export const verifyBatchRoute = route(
  operations.verifyBatch,
  async ({ claviger, caller: { scope }, body }) => {
    await assertAnswerable(claviger, body, scope);
    const data: Decision[] = [];
    for (const ask of body.verifications) data.push(await claviger.verifier.verify(ask, scope));
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
      if (!(error instanceof InvalidRequestError)) throw error;
      for (const { pointer, message } of error.faults) {
        faults.push({ pointer: `/verifications/${index}${pointer}`, message });
      }
    }
  }
  if (faults.length > 0) throw new InvalidRequestError(faults.slice(0, MAX_FAULTS));
}
