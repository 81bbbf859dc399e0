import { useQueryClient } from '@tanstack/react-query';
import { ClavigerError } from '@claviger/sdk';
import { useEffect, useState } from 'react';
import { isDialogOpen } from './use-shortcuts.ts';

/** Whether something that a page read was refused because nobody is signed in any more; and what to do when somebody is. */
export function useSessionOver(): readonly [
  isOver: boolean,
  onSignedIn: () => void,
  ignore: () => void,
] {
  const queryClient = useQueryClient();
  const [isOver, setOver] = useState(false);
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        const { error } = event.action;
        // A dialog that is open, or a form that is filled in, asks by itself when it is sent.
        const isFillingIn = document.querySelector('form:focus-within') !== null;
        const isRefused = error instanceof ClavigerError && error.status === 401;
        if (isRefused && !isFillingIn && !isDialogOpen()) setOver(true);
      }),
    [queryClient],
  );
  const onSignedIn = () => {
    setOver(false);
    void queryClient.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
  };
  return [isOver, onSignedIn, () => setOver(false)];
}
