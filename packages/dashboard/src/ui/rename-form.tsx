import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { INPUT } from './look.ts';
import { SignInAgain } from './sign-in-again.tsx';

interface RenameFormProps {
  label: string;
  name: string;
  maxLength: number;
  autoComplete?: string;
  /** Rejects where the name stays as it was. */
  rename: (to: string) => Promise<void>;
  /** Renamed, or not to be. */
  onDone: () => void;
}

/** In the place of a name: the field for another. */
export function RenameForm(props: RenameFormProps) {
  const { label, name, maxLength, autoComplete = 'off', rename, onDone } = props;
  const change = useMutation({ mutationFn: rename, onSuccess: onDone });
  const signsIn = change.isError && wantsSignIn(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const to = String(new FormData(event.currentTarget).get('name')).trim();
    if (to === name) onDone();
    else change.mutate(to);
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        name="name"
        aria-label={label}
        autoComplete={autoComplete}
        defaultValue={name}
        required
        maxLength={maxLength}
        autoFocus
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
        className={`${INPUT} h-9 min-w-32 flex-1 px-2.5 font-normal`}
      />
      <Button type="submit" look="primary" disabled={change.isPending}>
        {texts.save}
      </Button>
      <Button onClick={onDone}>{texts.cancel}</Button>
      {change.isError && !signsIn && (
        <p role="alert" className="basis-full font-normal text-bad">
          {explain(change.error)}
        </p>
      )}
      {signsIn && (
        <SignInAgain onDone={() => change.mutate(change.variables)} onCancel={change.reset} />
      )}
    </form>
  );
}
