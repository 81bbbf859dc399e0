import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery } from '../lib/account.ts';
import { post } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { useConfirmed } from '../ui/confirmed.tsx';
import { NewPasswordField, PasswordField } from '../ui/credential-fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Panel } from '../ui/panel.tsx';

const words = texts.account.password;

interface Passwords {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export function PasswordPanel() {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState(false);
  const change = useConfirmed((passwords: Passwords) => post('/auth/change-password', passwords), {
    passwordOf: ({ currentPassword }) => currentPassword,
    onSuccess: async () => {
      setOpen(false);
      setChanged(true);
      await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
  const show = () => {
    setChanged(false);
    change.reset();
    setOpen(true);
  };
  return (
    <Panel
      title={words.title}
      body={words.body}
      action={<Button onClick={show}>{words.change}</Button>}
    >
      <p role="status" className="text-sm text-good empty:hidden">
        {changed && words.changed}
      </p>
      {open && (
        <FormDialog
          title={words.change}
          submit={words.change}
          busy={change.isPending}
          fault={change.fault}
          onSubmit={(form) =>
            change.mutate({
              currentPassword: String(form.get('password')),
              newPassword: String(form.get('newPassword')),
            })
          }
          onCancel={() => setOpen(false)}
        >
          <PasswordField label={words.current} autoFocus />
          <NewPasswordField label={words.next} name="newPassword" />
        </FormDialog>
      )}
      {change.again}
    </Panel>
  );
}
