import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import type { FormEvent } from 'react';
import { explainSignIn, post, sessionQuery } from '../lib/session.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { PasswordField } from './credential-fields.tsx';
import { DIALOG, OVERLAY } from './look.ts';
import { Notice } from './notice.tsx';

const route = getRouteApi('/signed-in');

/** Asks for the password over the page that needs it, so that nothing on it is lost. */
export function SignInAgain({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { email } = route.useRouteContext().session.user;
  const queryClient = useQueryClient();
  const giveBack = useReturnFocus();
  const signIn = useMutation({
    mutationFn: (password: string) => post('/auth/sign-in/email', { email, password }),
    gcTime: 0,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onDone();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // In React the form around this one would hear of it too.
    event.stopPropagation();
    signIn.mutate(String(new FormData(event.currentTarget).get('password')));
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onCancel()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-md gap-4`}>
          <Dialog.Title className="text-lg font-semibold">{texts.signInAgain.title}</Dialog.Title>
          <Dialog.Description className="text-muted">{texts.signInAgain.body}</Dialog.Description>
          <form onSubmit={submit} className="grid gap-4">
            {signIn.isError && <Notice>{explainSignIn(signIn.error)}</Notice>}
            <input type="hidden" name="username" value={email} autoComplete="username" />
            <PasswordField />
            <div className="flex justify-end gap-3">
              <Button onClick={onCancel}>{texts.signInAgain.cancel}</Button>
              <Button type="submit" look="primary" disabled={signIn.isPending}>
                {signIn.isPending ? texts.signIn.busy : texts.signInAgain.submit}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
