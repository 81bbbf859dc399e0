import { ClavigerError } from '@claviger/sdk';
import { useSyncExternalStore } from 'react';
import { texts } from '../texts.ts';

/** What a proxy answers for a server that is not there. */
const AWAY = [502, 504];

let reached = true;
const listeners = new Set<() => void>();

function note(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const listener of listeners) listener();
}

/** `fetch`, and takes note of whether the server answers at all. Throws `ClavigerError` NETWORK_ERROR when it does not. */
export const ask: typeof fetch = async (input, init) => {
  try {
    const answer = await fetch(input, init);
    note(!AWAY.includes(answer.status));
    return answer;
  } catch (error) {
    // Given up on purpose, or too late, it says nothing of the server.
    if (init?.signal?.aborted === true) throw error;
    note(false);
    throw new ClavigerError(texts.unreachable.fault, { code: 'NETWORK_ERROR', cause: error });
  }
};

const follow = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether the server answered when it was last asked. */
export const useReached = (): boolean => useSyncExternalStore(follow, () => reached);
