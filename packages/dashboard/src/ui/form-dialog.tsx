import { Dialog } from 'radix-ui';
import type { FormEvent, ReactNode } from 'react';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { DIALOG, OVERLAY } from './look.ts';
import { Notice } from './notice.tsx';

interface FormDialogProps {
  title: string;
  body?: string;
  submit: string;
  grave?: boolean;
  busy: boolean;
  fault: string | null;
  onSubmit: (form: FormData) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** A few fields over the page. */
export function FormDialog(props: FormDialogProps) {
  const { title, body, submit, grave = false, busy, fault, onSubmit, onCancel, children } = props;
  const giveBack = useReturnFocus();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onCancel()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content
          onCloseAutoFocus={giveBack}
          className={`${DIALOG} max-w-md gap-4`}
          {...(body === undefined && { 'aria-describedby': undefined })}
        >
          <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
          {body !== undefined && (
            <Dialog.Description className="text-muted">{body}</Dialog.Description>
          )}
          <form onSubmit={send} className="grid grid-cols-[minmax(0,1fr)] gap-4">
            {fault !== null && <Notice>{fault}</Notice>}
            {children}
            <div className="flex justify-end gap-3">
              <Button onClick={onCancel}>{texts.cancel}</Button>
              <Button type="submit" look={grave ? 'grave' : 'primary'} disabled={busy}>
                {busy ? texts.working : submit}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
