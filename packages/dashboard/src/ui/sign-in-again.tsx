import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { sessionQuery } from '../lib/session.ts';
import { onSignedIn, providerAddress } from '../lib/sign-in.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { DIALOG, OVERLAY } from './look.ts';
import { SignInSteps } from './sign-in-steps.tsx';

const route = getRouteApi('/signed-in');

const WINDOW = 'popup,width=520,height=720';

interface SignInAgainProps {
  onDone: () => void;
  onCancel: () => void;
  /** Typed already for what is to be done: it is not asked for twice. */
  password?: string;
}

/** Asks who it is over the page that needs it, so that nothing on it is lost. */
export function SignInAgain({ onDone, onCancel, password }: SignInAgainProps) {
  const { email } = route.useRouteContext().session.user;
  const queryClient = useQueryClient();
  const giveBack = useReturnFocus();
  const done = async () => {
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    onDone();
  };
  const latest = useRef(done);
  useEffect(() => {
    latest.current = done;
  });
  // From the window in which the provider was asked.
  useEffect(() => onSignedIn(() => void latest.current()), []);
  const openProvider = async () => {
    // At once, or the browser takes it for one that nobody asked for.
    const opened = window.open('', '_blank', WINDOW);
    try {
      const address = await providerAddress('/sign-in/done', true);
      opened?.location.replace(address);
    } catch (error) {
      opened?.close();
      throw error;
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onCancel()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-md gap-4`}>
          <Dialog.Title className="text-lg font-semibold">{texts.signInAgain.title}</Dialog.Title>
          <Dialog.Description className="text-muted">{texts.signInAgain.body}</Dialog.Description>
          <SignInSteps
            email={email}
            {...(password !== undefined && { password })}
            submit={texts.signInAgain.submit}
            onDone={() => void done()}
            onProvider={openProvider}
            onCancel={onCancel}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
