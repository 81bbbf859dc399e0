import type { Recovery, RecoveryTaken } from '@claviger/contract';
import { ClavigerError } from '@claviger/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { useLinkToken } from '../lib/link-token.ts';
import { post, sessionQuery } from '../lib/session.ts';
import { methodsQuery, providerAddress } from '../lib/sign-in.ts';
import { fill, texts } from '../texts.ts';
import { recoveryTexts } from '../texts/recovery.ts';
import { Button } from '../ui/button.tsx';
import { Centered } from '../ui/centered.tsx';
import { EmailField, NewPasswordField, UsernameField } from '../ui/credential-fields.tsx';
import { Notice } from '../ui/notice.tsx';
import { SignInSteps } from '../ui/sign-in-steps.tsx';
import { Time } from '../ui/time.tsx';

const { request: asking, take: taking } = recoveryTexts;

/** For whoever forgot their password: asks for a link, or takes the one that was opened. */
export function RecoverPage() {
  const token = useLinkToken();
  return token === null ? <AskForLink /> : <TakeLink key={token} token={token} />;
}

const ToSignIn = () => (
  <Link to="/sign-in" search={{}} className="text-sm text-accent underline underline-offset-4">
    {asking.back}
  </Link>
);

function AskForLink() {
  const { data: methods } = useQuery(methodsQuery);
  const ask = useMutation({
    mutationFn: (email: string) => post('/v1/recoveries/request', { email }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask.mutate(String(new FormData(event.currentTarget).get('email')));
  };
  return (
    <Centered title={asking.title}>
      {methods?.recoveryByMail === false ? (
        <p className="text-muted">{asking.noMail}</p>
      ) : (
        <>
          <p className="text-muted">{asking.body}</p>
          <form onSubmit={submit} className="grid gap-4">
            {ask.isError && <Notice>{explain(ask.error)}</Notice>}
            <EmailField autoFocus />
            <Button type="submit" look="primary" disabled={ask.isPending}>
              {ask.isPending ? texts.working : asking.submit}
            </Button>
            <p role="status" className="wrap-anywhere text-sm empty:hidden">
              {ask.isSuccess && fill(asking.sent, { email: ask.variables })}
            </p>
          </form>
        </>
      )}
      <ToSignIn />
    </Centered>
  );
}

function TakeLink({ token }: { token: string }) {
  // Held as long as the sign-in that follows needs it.
  const [password, setPassword] = useState<string | null>(null);
  const preview = useQuery({
    queryKey: ['recovery', token],
    // Once it is used, asking again would say that it is not valid.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => post<Recovery>('/v1/recoveries/preview', { token }),
  });
  const [refusal, setRefusal] = useState<unknown>(null);
  const refused = refusal ?? preview.error;
  if (refused !== null) return <Refused>{explain(refused)}</Refused>;
  if (preview.data === undefined) {
    return (
      <Centered title={taking.title}>
        <p className="text-muted">{texts.loading}</p>
      </Centered>
    );
  }
  if (password !== null) return <SignInAnew email={preview.data.email} password={password} />;
  return (
    <Centered title={taking.title}>
      <NewPasswordForm
        token={token}
        recovery={preview.data}
        onTaken={setPassword}
        onOver={setRefusal}
      />
    </Centered>
  );
}

const Refused = ({ children }: { children: ReactNode }) => (
  <Centered title={taking.title}>
    <Notice>{children}</Notice>
    <p className="text-sm text-muted">{taking.orMaker}</p>
    <Link
      to="/recover"
      // The token stays with this page until it is loaded anew.
      reloadDocument
      className="text-sm text-accent underline underline-offset-4"
    >
      {taking.another}
    </Link>
    <ToSignIn />
  </Centered>
);

interface NewPasswordFormProps {
  token: string;
  recovery: Recovery;
  onTaken: (password: string) => void;
  /** The link was used meanwhile, such as in another tab. */
  onOver: (error: unknown) => void;
}

function NewPasswordForm({ token, recovery, onTaken, onOver }: NewPasswordFormProps) {
  const { email, removesSecondFactor, expiresAt } = recovery;
  const take = useMutation({
    mutationFn: (password: string) =>
      post<RecoveryTaken>('/v1/recoveries/take', { token, password }),
    // The password is kept by nothing but its field.
    gcTime: 0,
    onSuccess: (_, password) => onTaken(password),
    onError: (error) => {
      if (error instanceof ClavigerError && error.code === 'RECOVERY_NOT_VALID') onOver(error);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    take.mutate(String(new FormData(event.currentTarget).get('password')));
  };
  return (
    <>
      <div className="grid gap-2 text-sm text-muted">
        <p className="wrap-anywhere">
          {taking.for} <span className="font-medium text-text">{email}</span>. {taking.expires}{' '}
          <Time value={expiresAt} none="" />.
        </p>
        <p>{removesSecondFactor ? taking.endsWithFactor : taking.ends}</p>
      </div>
      <form onSubmit={submit} className="grid gap-4">
        {take.isError && <Notice>{explain(take.error)}</Notice>}
        <UsernameField email={email} />
        <NewPasswordField label={taking.password} autoFocus />
        <Button type="submit" look="primary" disabled={take.isPending}>
          {take.isPending ? texts.working : taking.submit}
        </Button>
      </form>
    </>
  );
}

/** With the password that they have just chosen, and their second factor where it is on. */
function SignInAnew({ email, password }: { email: string; password: string }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (
    <Centered title={texts.signIn.title}>
      <p role="status">{taking.done}</p>
      <SignInSteps
        email={email}
        password={password}
        submit={texts.signIn.submit}
        onDone={async () => {
          await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
          await router.navigate({ to: '/' });
        }}
        onProvider={async () => location.assign(await providerAddress('/', false))}
      />
    </Centered>
  );
}
