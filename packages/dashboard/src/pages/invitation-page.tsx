import type { InvitationAccepted, InvitationPreview, Session } from '@claviger/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { useLinkToken } from '../lib/link-token.ts';
import { linkToKeys } from '../lib/links.ts';
import { post, sessionQuery } from '../lib/session.ts';
import { useProviderWindow } from '../lib/use-provider-window.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Centered } from '../ui/centered.tsx';
import { NewPasswordField, UsernameField } from '../ui/credential-fields.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SignInSteps } from '../ui/sign-in-steps.tsx';
import { Time } from '../ui/time.tsx';

/** For whoever was sent the link: what it is for, and the one step that is left. */
export function InvitationPage() {
  const token = useLinkToken();
  const session = useQuery(sessionQuery);
  const preview = useQuery({
    queryKey: ['invitation'],
    enabled: token !== null,
    // Once it is used, asking again would say that it is not valid.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => post<InvitationPreview>('/v1/invitations/preview', { token }),
  });
  if (token === null) return <Refused>{texts.invitation.missingToken}</Refused>;
  if (preview.isError) return <Refused>{explain(preview.error)}</Refused>;
  if (session.isError) return <Refused>{explain(session.error)}</Refused>;
  if (preview.data === undefined || session.data === undefined) {
    return (
      <Centered title={texts.invitation.titlePlain}>
        <p className="text-muted">{texts.loading}</p>
      </Centered>
    );
  }
  return <Asked token={token} preview={preview.data} session={session.data} />;
}

const Refused = ({ children }: { children: ReactNode }) => (
  <Centered title={texts.invitation.titlePlain}>
    <Notice>{children}</Notice>
    <Link to="/" className="text-accent underline underline-offset-4">
      {texts.invitation.home}
    </Link>
  </Centered>
);

interface AskedProps {
  token: string;
  preview: InvitationPreview;
  session: Session | null;
}

function Asked({ token, preview, session }: AskedProps) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { email, organizationName: organization, organizationId, role, invitedBy } = preview;
  const isOperator = role === 'operator';
  const accept = useMutation({
    mutationFn: (fields: Partial<NewAccount>) =>
      post<InvitationAccepted>('/v1/invitations/accept', { token, ...fields }),
    gcTime: 0,
    onSuccess: async () => {
      const now = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await router.invalidate();
      // Signing in right afterwards can be refused, when many did from one address.
      if (now === null) await router.navigate({ to: '/sign-in', search: {} });
      else if (isOperator) await router.navigate({ to: '/' });
      else await router.navigate(linkToKeys(organizationId));
    },
  });
  const said = isOperator
    ? ([texts.invitation.byOperator, texts.invitation.plainOperator] as const)
    : ([texts.invitation.by, texts.invitation.plain] as const);
  const values = { organization, role: texts.roles[role][0].toLowerCase(), name: invitedBy ?? '' };
  return (
    <Centered
      title={
        isOperator ? texts.invitation.titleOperator : fill(texts.invitation.title, { organization })
      }
    >
      <div className="grid gap-2">
        <p className="wrap-anywhere">{fill(invitedBy === null ? said[1] : said[0], values)}</p>
        <p className="text-sm text-muted">{texts.roles[role][1]}</p>
        <p className="wrap-anywhere text-sm text-muted">
          {texts.invitation.for} <span className="font-medium text-text">{email}</span>.{' '}
          {texts.invitation.expires} <Time value={preview.expiresAt} none="" />.
        </p>
      </div>
      {accept.isError && <Notice>{explain(accept.error)}</Notice>}
      <NextStep
        preview={preview}
        session={session}
        busy={accept.isPending}
        onAccept={(fields) => accept.mutate(fields)}
      />
    </Centered>
  );
}

interface NewAccount {
  readonly name: string;
  readonly password: string;
}

interface NextStepProps {
  preview: InvitationPreview;
  session: Session | null;
  busy: boolean;
  onAccept: (fields: Partial<NewAccount>) => void;
}

/** What is left depends on who they are here: signed in, known, or new. */
function NextStep({ preview, session, busy, onAccept }: NextStepProps) {
  const { invitation } = texts;
  if (session !== null && session.user.email !== preview.email) {
    return <SomebodyElse session={session} />;
  }
  if (session !== null) {
    return (
      <Button look="primary" disabled={busy} onClick={() => onAccept({})}>
        {busy ? invitation.joining : invitation.join}
      </Button>
    );
  }
  return preview.hasAccount ? (
    <SignInAndJoin email={preview.email} onDone={() => onAccept({})} />
  ) : (
    <NewAccountForm email={preview.email} busy={busy} onAccept={onAccept} />
  );
}

function SignInAndJoin({ email, onDone }: { email: string; onDone: () => void }) {
  const queryClient = useQueryClient();
  const done = () => {
    onDone();
    // Should joining fail, they are signed in all the same.
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const openProvider = useProviderWindow(done, false);
  return (
    <div className="grid gap-4">
      <p>{texts.invitation.signIn}</p>
      <SignInSteps
        email={email}
        submit={texts.invitation.signInAndJoin}
        onDone={done}
        onProvider={openProvider}
      />
    </div>
  );
}

interface NewAccountFormProps {
  email: string;
  busy: boolean;
  onAccept: (fields: NewAccount) => void;
}

function NewAccountForm({ email, busy, onAccept }: NewAccountFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAccept({ name: String(form.get('name')), password: String(form.get('password')) });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p>{texts.invitation.create}</p>
      <UsernameField email={email} />
      <Field
        label={texts.setup.name}
        name="name"
        autoComplete="name"
        required
        maxLength={100}
        autoFocus
      />
      <NewPasswordField />
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? texts.invitation.joining : texts.invitation.createAndJoin}
      </Button>
    </form>
  );
}

function SomebodyElse({ session }: { session: Session }) {
  const queryClient = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => post('/auth/sign-out', {}),
    onSuccess: () => queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 }),
  });
  return (
    <div className="grid justify-items-start gap-3">
      <p className="wrap-anywhere">{fill(texts.invitation.other, { email: session.user.email })}</p>
      {signOut.isError && <Notice>{explain(signOut.error)}</Notice>}
      <Button look="primary" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {texts.invitation.signOut}
      </Button>
    </div>
  );
}
