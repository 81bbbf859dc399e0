import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { explainSignIn, post, sessionQuery } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Centered } from '../ui/centered.tsx';
import { EmailField, PasswordField } from '../ui/credential-fields.tsx';
import { Notice } from '../ui/notice.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next = '/' } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => post('/auth/sign-in/email', body),
    onSuccess: async () => {
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      router.history.push(next);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };
  return (
    <Centered title={texts.signIn.title}>
      <form onSubmit={submit} className="grid gap-4">
        {signIn.isError && <Notice>{explainSignIn(signIn.error)}</Notice>}
        <EmailField autoFocus />
        <PasswordField />
        <Button type="submit" look="primary" disabled={signIn.isPending}>
          {signIn.isPending ? texts.signIn.busy : texts.signIn.submit}
        </Button>
      </form>
      <p className="text-sm text-muted">{texts.signIn.help}</p>
    </Centered>
  );
}
