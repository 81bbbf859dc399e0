import { AlertDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { DIALOG, OVERLAY } from './look.ts';
import { Notice } from './notice.tsx';

interface ConfirmProps {
  title: string;
  body: string;
  /** What the button says; left out, the title. */
  action?: string;
  /** It cannot be done: for the reason that `body` gives, or because something is still missing. */
  blocked?: boolean;
  /** What the person should know before, such as how busy the key is. */
  children?: ReactNode;
  /** It cannot be taken back, or stops something that runs. */
  grave?: boolean;
  busy: boolean;
  fault: string | null;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Says what will happen, and does it when told to. */
export function Confirm(props: ConfirmProps) {
  const { title, body, action = title, children, grave = false } = props;
  const { busy, blocked = false, fault, onConfirm, onCancel } = props;
  const giveBack = useReturnFocus();
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-md gap-4`}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-muted">{body}</AlertDialog.Description>
          {children}
          {fault !== null && <Notice>{fault}</Notice>}
          <div className="flex justify-end gap-3">
            <AlertDialog.Cancel asChild>
              <Button>{texts.cancel}</Button>
            </AlertDialog.Cancel>
            <Button
              look={grave ? 'grave' : 'primary'}
              disabled={busy || blocked}
              onClick={onConfirm}
            >
              {busy ? texts.working : action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
