import type { Resource } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { INPUT } from '../ui/look.ts';
import { useMessages } from '../ui/messages.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';

interface RenameProps {
  of: Resource;
  onDone: () => void;
  onChanged: () => Promise<void>;
}

/** In the place of the name. */
export function RenameResource({
  of: { organizationId, type, id, name },
  onDone,
  onChanged,
}: RenameProps) {
  const say = useMessages();
  const rename = useMutation({
    mutationFn: (to: string) =>
      clientFor(organizationId).organizations.resources.put(organizationId, type, id, { name: to }),
    onSuccess: async ({ resource }) => {
      await onChanged();
      say(fill(texts.resources.done.renamed, { name: resource.name }));
      onDone();
    },
  });
  const signsIn = rename.isError && wantsSignIn(rename.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const to = String(new FormData(event.currentTarget).get('name')).trim();
    if (to === name) onDone();
    else rename.mutate(to);
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        name="name"
        aria-label={fill(texts.resources.newName, { id })}
        defaultValue={name}
        required
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
        className={`${INPUT} h-9 min-w-32 flex-1 px-2.5 font-normal`}
      />
      <Button type="submit" look="primary" disabled={rename.isPending}>
        {texts.resources.save}
      </Button>
      <Button onClick={onDone}>{texts.cancel}</Button>
      {rename.isError && !signsIn && (
        <p role="alert" className="basis-full font-normal text-bad">
          {explain(rename.error)}
        </p>
      )}
      {signsIn && (
        <SignInAgain onDone={() => rename.mutate(rename.variables)} onCancel={rename.reset} />
      )}
    </form>
  );
}
