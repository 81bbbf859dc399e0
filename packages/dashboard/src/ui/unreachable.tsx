import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { ask, useReached } from '../lib/reach.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

/** At first soon, as for a restart; then less and less often. */
const TRIES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/** Says that the server does not answer, until it does; then what failed is asked for again. */
export function Unreachable() {
  const isReached = useReached();
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-30 p-4 max-sm:bottom-14"
    >
      {!isReached && <Trying />}
    </div>
  );
}

function Trying() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [tries, setTries] = useState(0);
  const tryNow = useCallback(async () => {
    try {
      const answer = await ask('/health/live', { cache: 'no-store' });
      if (!answer.ok) throw new Error(answer.statusText);
      // Pages that could not be shown, and answers that did not come.
      await router.invalidate();
      const failed = {
        predicate: ({ state }: { state: { status: string } }) => state.status === 'error',
      };
      await queryClient.refetchQueries(failed);
    } catch {
      setTries((count) => count + 1);
    }
  }, [router, queryClient]);
  useEffect(() => {
    const timer = setTimeout(tryNow, TRIES_MS[Math.min(tries, TRIES_MS.length - 1)]);
    window.addEventListener('online', tryNow);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', tryNow);
    };
  }, [tries, tryNow]);
  return (
    <div className="pointer-events-auto mx-auto flex max-w-lg animate-rise flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-warn bg-warn-soft px-4 py-2.5 text-sm shadow-lg">
      <p className="min-w-48 flex-1">{texts.unreachable.banner}</p>
      <Button onClick={tryNow}>{texts.tryAgain}</Button>
    </div>
  );
}
