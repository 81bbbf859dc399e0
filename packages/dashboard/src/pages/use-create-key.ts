import type { Api, Key } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { clientFor } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { revealedBy, type Revealed } from '../ui/reveal.tsx';
import { bodyOf, fittedDraft, placeOf, type Draft } from '../fields/key-draft.ts';
import type { Refusal } from '../fields/key-faults.ts';

/** One key that is asked for, however often it is sent. */
interface Request {
  readonly draft: Draft;
  readonly apiId: string;
  readonly idempotencyKey: string;
  /** What it says of times it says of those when it was made. */
  readonly send: () => Promise<Revealed>;
}

interface Target {
  readonly organizationId: string;
  /** The key that a new one is to replace. */
  readonly replaces: Key | null;
  /** Whose role is for keys of their own. */
  readonly ownOnly: boolean;
}

/** Sends drafts. The same draft again is the same request: when its answer was lost, no second key is made. */
export function useCreateKey(target: Target) {
  const request = useRef<Request>(undefined);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const create = useMutation({
    mutationFn: ({ send }: Request) => send(),
    // Not kept among the answers: the key is in this component alone, and gone with it.
    gcTime: 0,
    onSuccess: (shown) => {
      // Whoever has its name could ask for the secret again.
      request.current = undefined;
      setRevealed(shown);
      create.reset();
    },
  });
  const again = () => {
    if (request.current !== undefined) create.mutate(request.current);
  };
  return {
    isBusy: create.isPending,
    signsIn: create.isError && wantsSignIn(create.error),
    refusal: refusalOf(create.error, create.variables),
    revealed,
    send(draft: Draft, api: Api) {
      const { current } = request;
      if (current?.draft !== draft || current.apiId !== api.id) {
        request.current = requestFor(draft, api, target);
      }
      again();
    },
    /** After somebody signed in again. */
    again,
    /** Nobody signed in: nothing was asked for. */
    cancel: () => create.reset(),
    forget: () => setRevealed(null),
  };
}

const refusalOf = (error: Error | null, sent: Request | undefined): Refusal | null =>
  error === null || sent === undefined || wantsSignIn(error) ? null : { draft: sent.draft, error };

function requestFor(draft: Draft, api: Api, target: Target): Request {
  const { organizationId, replaces, ownOnly } = target;
  const { keys } = clientFor(organizationId);
  const fitted = fittedDraft(draft, api);
  const body = bodyOf(fitted, api, ownOnly);
  const place = placeOf(fitted, api, organizationId);
  const once = { idempotencyKey: crypto.randomUUID() };
  return {
    draft,
    apiId: api.id,
    ...once,
    send: async () =>
      revealedBy(
        await (replaces === null
          ? keys.create({ ...place, ...body }, once)
          : keys.replace(replaces.id, body, once)),
      ),
  };
}
