import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { explain } from '../lib/api.ts';
import { useLinkToken } from '../lib/link-token.ts';
import { post, sessionQuery } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Centered } from '../ui/centered.tsx';
import { EmailField, NewPasswordField } from '../ui/credential-fields.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

export function SetupPage() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const token = useLinkToken();
  const create = useMutation({
    mutationFn: (body: Record<string, string>) => post('/v1/setup', { ...body, token }),
    onSuccess: async () => {
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      router.history.replace('/');
    },
  });
  if (token === null) {
    return (
      <Centered title={texts.setup.title}>
        <Notice>{texts.setup.missingToken}</Notice>
      </Centered>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string) => String(form.get(name));
    create.mutate({ name: read('name'), email: read('email'), password: read('password') });
  };
  return (
    <Centered title={texts.setup.title}>
      <p className="text-muted">{texts.setup.intro}</p>
      <form onSubmit={submit} className="grid gap-4">
        {create.isError && <Notice>{explain(create.error)}</Notice>}
        <Field label={texts.setup.name} name="name" autoComplete="name" required maxLength={100} />
        <EmailField />
        <NewPasswordField />
        <Button type="submit" look="primary" disabled={create.isPending}>
          {create.isPending ? texts.setup.busy : texts.setup.submit}
        </Button>
      </form>
    </Centered>
  );
}
