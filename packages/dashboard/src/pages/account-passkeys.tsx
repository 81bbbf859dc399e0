import type { Passkey } from '@claviger/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery } from '../lib/account.ts';
import { deviceName } from '../lib/devices.ts';
import { post } from '../lib/session.ts';
import { methodsQuery } from '../lib/sign-in.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useConfirmed } from '../ui/confirmed.tsx';
import { Field } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';

const words = texts.account.passkeys;

export function PasskeysPanel({ passkeys }: { passkeys: readonly Passkey[] }) {
  const { data: methods } = useQuery(methodsQuery);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const offered = methods?.passkeys !== false;
  return (
    <Panel
      title={words.title}
      body={offered ? words.body : words.unavailable}
      action={offered && <Button onClick={() => setAdding(true)}>{words.add}</Button>}
    >
      {passkeys.length === 0 ? (
        offered && <p className="text-sm text-muted">{words.none}</p>
      ) : (
        <ul className="divide-y divide-line border-t border-line text-sm">
          {passkeys.map((passkey) => (
            <li key={passkey.id} className="flex items-center gap-4 py-3 last:pb-0">
              <div className="min-w-0 flex-1">
                <p className="break-words font-medium">{passkey.name}</p>
                <p className="text-muted">
                  {words.added} <Time value={passkey.createdAt} none="" />
                  {passkey.synced && ` · ${words.synced}`}
                </p>
              </div>
              <Button
                aria-label={`${words.remove} ${passkey.name}`}
                onClick={() => setRemoving(passkey)}
              >
                {words.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {adding && <AddPasskey onClose={() => setAdding(false)} />}
      {removing !== null && <RemovePasskey passkey={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

const useChanged = (onClose: () => void) => {
  const queryClient = useQueryClient();
  return async () => {
    await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    onClose();
  };
};

function AddPasskey({ onClose }: { onClose: () => void }) {
  const add = useConfirmed(
    async (name: string) => (await import('../lib/passkeys.ts')).addPasskey(name),
    { onSuccess: useChanged(onClose) },
  );
  return (
    <>
      <FormDialog
        title={words.add}
        body={words.addBody}
        submit={words.add}
        busy={add.isPending}
        fault={add.fault}
        onSubmit={(form) => add.mutate(String(form.get('name')))}
        onCancel={onClose}
      >
        <Field
          label={words.name}
          hint={words.nameHint}
          name="name"
          defaultValue={deviceName(navigator.userAgent) ?? ''}
          maxLength={100}
          required
          autoFocus
        />
      </FormDialog>
      {add.again}
    </>
  );
}

function RemovePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const remove = useConfirmed(() => post('/auth/passkeys/remove', { id: passkey.id }), {
    onSuccess: useChanged(onClose),
  });
  return (
    <>
      <Confirm
        title={fill(words.removeTitle, { name: passkey.name })}
        body={words.removeBody}
        action={words.remove}
        grave
        busy={remove.isPending}
        fault={remove.fault}
        onConfirm={() => remove.mutate(undefined)}
        onCancel={onClose}
      />
      {remove.again}
    </>
  );
}
