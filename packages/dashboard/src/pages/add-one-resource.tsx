import { useMutation } from '@tanstack/react-query';
import { ClavigerError } from '@claviger/sdk';
import type { FormEvent } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useMessages } from '../ui/messages.tsx';
import { Notice } from '../ui/notice.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import type { AddResourcesProps } from './add-resources.tsx';

const words = texts.resources.adding;

export function AddOneResource({ organizationId, type, onChanged, onClose }: AddResourcesProps) {
  const say = useMessages();
  const { resources } = clientFor(organizationId).organizations;
  const add = useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) => {
      // Else what is meant to be added would rename what is there.
      const taken = await resources.get(organizationId, type.id, id).catch(unlessNotFound);
      if (taken !== null) throw new Error(fill(words.taken, { id, name: taken.name }));
      return resources.put(organizationId, type.id, id, { name });
    },
    onSuccess: async ({ resource }) => {
      onClose();
      say(fill(texts.resources.done.added, { name: resource.name }));
      await onChanged();
    },
  });
  const signsIn = add.isError && wantsSignIn(add.error);
  const faultAt = (pointer: string) =>
    add.error instanceof ClavigerError
      ? add.error.faults.find((fault) => fault.pointer === pointer)?.message
      : undefined;
  const [idFault, nameFault] = [faultAt('/path/id'), faultAt('/name')];
  const isAtField = idFault !== undefined || nameFault !== undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string) => String(form.get(name)).trim();
    add.mutate({ id: read('id'), name: read('name') });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      {add.isError && !signsIn && !isAtField && <Notice>{explain(add.error)}</Notice>}
      <Field
        label={words.id}
        hint={words.idHint}
        fault={idFault}
        name="id"
        required
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        placeholder="cus_1"
      />
      <Field
        label={words.name}
        fault={nameFault}
        name="name"
        required
        maxLength={200}
        autoComplete="off"
      />
      <div className="flex justify-end gap-3">
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button type="submit" look="primary" disabled={add.isPending}>
          {add.isPending ? words.busy : words.submit}
        </Button>
      </div>
      {signsIn && <SignInAgain onDone={() => add.mutate(add.variables)} onCancel={add.reset} />}
    </form>
  );
}

function unlessNotFound(error: unknown): null {
  if (error instanceof ClavigerError && error.code === 'RESOURCE_NOT_FOUND') return null;
  throw error;
}
