import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { sessionQuery } from '../lib/session.ts';
import { useProviderWindow } from '../lib/use-provider-window.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { DIALOG, OVERLAY } from './look.ts';
import { SignInSteps } from './sign-in-steps.tsx';

const route = getRouteApi('/signed-in');

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
  const openProvider = useProviderWindow(() => void done(), true);
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
