import { ClavigerError } from '@claviger/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Dialog } from 'radix-ui';
import { useState, type FormEvent } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { linkToMembers } from '../lib/links.ts';
import { wantsSignIn } from '../lib/session.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { DIALOG, OVERLAY } from '../ui/look.ts';
import { Notice } from '../ui/notice.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';

/** As the API takes it. */
const ID = /^[A-Za-z0-9_.:@-]{1,128}$/;

/** `Acme & Söhne GmbH` → `acme-sohne-gmbh`. */
const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);

/** For operators. The id follows the name until somebody writes their own. */
export function CreateOrganization({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const giveBack = useReturnFocus();
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const id = ownId ?? idFrom(name);
  const create = useMutation({
    mutationFn: async () => {
      const { organizations } = clientFor(null);
      // The call that creates one would rename the one there is.
      if (await isTaken(id)) throw new Error(fill(texts.home.create.taken, { id }));
      return organizations.put(id, { name });
    },
    onSuccess: async ({ organization }) => {
      await queryClient.invalidateQueries({ queryKey: ['organizations'] });
      await router.navigate(linkToMembers(organization.id));
    },
  });
  const signsIn = create.isError && wantsSignIn(create.error);
  const fault = ID.test(id) ? undefined : texts.home.create.idFault;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined) create.mutate();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={OVERLAY} />
        <Dialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-md gap-4`}>
          <Dialog.Title className="text-lg font-semibold">{texts.home.create.title}</Dialog.Title>
          <Dialog.Description className="text-muted">{texts.home.create.body}</Dialog.Description>
          <form onSubmit={submit} className="grid gap-4">
            {create.isError && !signsIn && <Notice>{explain(create.error)}</Notice>}
            <Field
              label={texts.home.create.name}
              value={name}
              onChange={(event) => setName(event.target.value)}
              required
              maxLength={200}
            />
            <Field
              label={texts.home.create.id}
              hint={texts.home.create.idHint}
              fault={tried || ownId !== null ? fault : undefined}
              value={id}
              onChange={(event) => setOwnId(event.target.value.trim())}
              required
              spellCheck={false}
              autoCapitalize="none"
            />
            <div className="flex justify-end gap-3">
              <Button onClick={onClose}>{texts.cancel}</Button>
              <Button type="submit" look="primary" disabled={create.isPending}>
                {create.isPending ? texts.home.create.busy : texts.home.create.submit}
              </Button>
            </div>
          </form>
          {signsIn && (
            <SignInAgain onDone={() => create.mutate()} onCancel={() => create.reset()} />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

async function isTaken(id: string): Promise<boolean> {
  try {
    await clientFor(null).organizations.get(id);
    return true;
  } catch (error) {
    if (error instanceof ClavigerError && error.code === 'ORGANIZATION_NOT_FOUND') return false;
    throw error;
  }
}
