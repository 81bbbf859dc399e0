import type { InvitationAccepted, InvitationPreview, Session } from '@claviger/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { useLinkToken } from '../lib/link-token.ts';
import { linkToKeys } from '../lib/links.ts';
import { explainSignIn, post, sessionQuery } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Centered } from '../ui/centered.tsx';
import { NewPasswordField, PasswordField } from '../ui/credential-fields.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
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
    mutationFn: async ({ name, password }: Record<string, string>) => {
      if (session === null && preview.hasAccount) {
        await post('/auth/sign-in/email', { email, password }).catch(refuseSignIn);
      }
      const isNew = session === null && !preview.hasAccount;
      const body = { token, ...(isNew && { name, password }) };
      return post<InvitationAccepted>('/v1/invitations/accept', body);
    },
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
      {session !== null && session.user.email !== email ? (
        <SomebodyElse session={session} />
      ) : (
        <AcceptForm
          preview={preview}
          isSignedIn={session !== null}
          busy={accept.isPending}
          onAccept={(fields) => accept.mutate(fields)}
        />
      )}
    </Centered>
  );
}

const refuseSignIn = (error: unknown): never => {
  throw new Error(explainSignIn(error));
};

interface AcceptFormProps {
  preview: InvitationPreview;
  isSignedIn: boolean;
  busy: boolean;
  onAccept: (fields: Record<string, string>) => void;
}

function AcceptForm({ preview, isSignedIn, busy, onAccept }: AcceptFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onAccept({ name: String(form.get('name')), password: String(form.get('password')) });
  };
  const { invitation } = texts;
  const knownText = isSignedIn ? invitation.join : invitation.signInAndJoin;
  const isKnown = isSignedIn || preview.hasAccount;
  return (
    <form onSubmit={submit} className="grid gap-4">
      {!isSignedIn && (
        <>
          <p>{preview.hasAccount ? invitation.signIn : invitation.create}</p>
          {/* For what keeps passwords: whose it is. */}
          <input type="hidden" name="email" value={preview.email} autoComplete="username" />
        </>
      )}
      {!isKnown && (
        <>
          <Field
            label={texts.setup.name}
            name="name"
            autoComplete="name"
            required
            maxLength={100}
            autoFocus
          />
          <NewPasswordField />
        </>
      )}
      {isKnown && !isSignedIn && <PasswordField autoFocus />}
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? invitation.joining : isKnown ? knownText : invitation.createAndJoin}
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
