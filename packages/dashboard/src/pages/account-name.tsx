import type { AccountChanged, User } from '@claviger/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { patch, sessionQuery } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { useMessages } from '../ui/messages.tsx';
import { RenameForm } from '../ui/rename-form.tsx';

const words = texts.account.profile;

/** One's own, changed in place. */
export function AccountName({ of: { name } }: { of: User }) {
  const [isEditing, setEditing] = useState(false);
  const change = useRef<HTMLButtonElement>(null);
  const queryClient = useQueryClient();
  const router = useRouter();
  const say = useMessages();
  const rename = async (to: string) => {
    await patch<AccountChanged>('/v1/account', { name: to });
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await router.invalidate();
    say(words.renamed);
  };
  const stop = () => {
    flushSync(() => setEditing(false));
    change.current?.focus();
  };
  if (isEditing) {
    return (
      <RenameForm
        label={texts.setup.name}
        name={name}
        maxLength={100}
        autoComplete="name"
        rename={rename}
        onDone={stop}
      />
    );
  }
  return (
    <span className="flex flex-wrap items-baseline justify-between gap-3">
      <span className="min-w-0 wrap-anywhere">{name}</span>
      <Button ref={change} onClick={() => setEditing(true)}>
        {words.rename}
      </Button>
    </span>
  );
}
