import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import {
  explainSignIn,
  isOver,
  isWrongCode,
  methodsQuery,
  sendCode,
  sendPassword,
  type CodeKind,
} from '../lib/sign-in.ts';
import { fill, texts } from '../texts.ts';
import { Button } from './button.tsx';
import { CodeField, EmailField, PasswordField, UsernameField } from './credential-fields.tsx';
import { Notice } from './notice.tsx';

interface SignInStepsProps {
  /** Of somebody who is known and signs in again. */
  email?: string;
  /** Given already, elsewhere on the page. */
  password?: string;
  /** The first step was taken elsewhere: the code alone is missing. */
  startsAtCode?: boolean;
  /** What was wrong before, elsewhere. */
  problem?: string | undefined;
  submit: string;
  onDone: () => void;
  /** Opens the provider's page. */
  onProvider: () => Promise<void>;
  onCancel?: () => void;
}

/** A password, a passkey or a provider, and the code where one is asked for; on a page of its own or over another. */
export function SignInSteps(props: SignInStepsProps) {
  const { startsAtCode = false, onDone } = props;
  const [kind, setKind] = useState<CodeKind | null>(startsAtCode ? 'code' : null);
  const [fault, setFault] = useState<string>();
  const startOver = (text?: string) => {
    setFault(text);
    setKind(null);
  };
  if (kind === null) {
    return <FirstStep {...props} problem={fault ?? props.problem} onCode={() => setKind('code')} />;
  }
  return (
    <CodeStep
      key={kind}
      kind={kind}
      submit={props.submit}
      onCancel={props.onCancel}
      onKind={setKind}
      onOver={startOver}
      onDone={onDone}
    />
  );
}

type FirstStepProps = SignInStepsProps & { onCode: () => void };

function FirstStep(props: FirstStepProps) {
  const { email, password, problem, submit, onCode, onDone, onCancel } = props;
  const first = useMutation({
    mutationFn: (given: { email: string; password: string }) =>
      sendPassword(given.email, given.password),
    // The password is kept by nothing but its field.
    gcTime: 0,
    onSuccess: (wantsCode) => (wantsCode ? onCode() : onDone()),
  });
  const { mutate } = first;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || email === undefined || password === undefined) return;
    begun.current = true;
    mutate({ email, password });
  }, [email, password, mutate]);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // In React the form around this one would hear of it too.
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    mutate({ email: email ?? String(form.get('email')), password: String(form.get('password')) });
  };
  const [otherFault, setOtherFault] = useState<unknown>(null);
  const fault = first.error ?? otherFault;
  const shown = fault === null ? problem : explainSignIn(fault);
  return (
    <div className="grid gap-4">
      <form onSubmit={send} className="grid gap-4">
        {shown !== undefined && <Notice>{shown}</Notice>}
        {email === undefined ? <EmailField autoFocus /> : <UsernameField email={email} />}
        <PasswordField autoFocus={email !== undefined} />
        <Buttons onCancel={onCancel}>
          <Button type="submit" look="primary" disabled={first.isPending}>
            {first.isPending ? texts.signIn.busy : submit}
          </Button>
        </Buttons>
      </form>
      <OtherWays
        {...props}
        onFault={(error) => {
          first.reset();
          setOtherFault(error);
        }}
      />
    </div>
  );
}

/** Beside the password, as far as this installation has them. */
function OtherWays({
  onDone,
  onProvider,
  onFault,
}: FirstStepProps & { onFault: (error: unknown) => void }) {
  const { data: methods } = useQuery(methodsQuery);
  const passkey = useMutation({
    mutationFn: async () => (await import('../lib/passkeys.ts')).signInWithPasskey(),
    onSuccess: onDone,
    onError: onFault,
  });
  const provider = useMutation({ mutationFn: onProvider, onError: onFault });
  if (methods === undefined || (!methods.passkeys && methods.singleSignOn === null)) return null;
  return (
    <>
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {texts.signIn.or}
      </p>
      {methods.passkeys && (
        <Button disabled={passkey.isPending} onClick={() => passkey.mutate()}>
          {texts.signIn.passkey}
        </Button>
      )}
      {methods.singleSignOn !== null && (
        <Button disabled={provider.isPending} onClick={() => provider.mutate()}>
          {fill(texts.signIn.provider, { name: methods.singleSignOn.name })}
        </Button>
      )}
    </>
  );
}

interface CodeStepProps {
  kind: CodeKind;
  submit: string;
  onCancel: (() => void) | undefined;
  onKind: (kind: CodeKind) => void;
  onOver: (fault?: string) => void;
  onDone: () => void;
}

function CodeStep({ kind, submit, onCancel, onKind, onOver, onDone }: CodeStepProps) {
  const words = texts.signIn[kind];
  const send = useMutation({
    mutationFn: (code: string) => sendCode(kind, code),
    gcTime: 0,
    onSuccess: onDone,
    onError: (error) => {
      if (isOver(error)) onOver(explainSignIn(error));
    },
  });
  const check = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    send.mutate(String(new FormData(event.currentTarget).get('code')));
  };
  const other = kind === 'code' ? 'backup' : 'code';
  const fault = isWrongCode(send.error) ? words.wrong : send.error && explainSignIn(send.error);
  return (
    <form onSubmit={check} className="grid gap-4">
      {fault !== null && <Notice>{fault}</Notice>}
      <CodeField kind={kind} />
      <Buttons onCancel={onCancel}>
        <Button type="submit" look="primary" disabled={send.isPending}>
          {send.isPending ? texts.signIn.busy : submit}
        </Button>
      </Buttons>
      <div className="flex flex-wrap justify-between gap-x-6 gap-y-1">
        <Link onClick={() => onKind(other)}>
          {kind === 'code' ? texts.signIn.code.useBackup : texts.signIn.backup.useApp}
        </Link>
        <Link onClick={() => onOver()}>{texts.signIn.startOver}</Link>
      </div>
    </form>
  );
}

const Link = ({ onClick, children }: { onClick: () => void; children: string }) => (
  <button
    type="button"
    onClick={onClick}
    className="min-h-6 text-sm text-accent underline underline-offset-4"
  >
    {children}
  </button>
);

interface ButtonsProps {
  onCancel: (() => void) | undefined;
  children: ReactNode;
}

/** In a dialog, side by side; alone, as wide as the fields. */
function Buttons({ onCancel, children }: ButtonsProps) {
  if (onCancel === undefined) return children;
  return (
    <div className="flex justify-end gap-3">
      <Button onClick={onCancel}>{texts.cancel}</Button>
      {children}
    </div>
  );
}
