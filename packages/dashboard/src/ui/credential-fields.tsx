import type { PASSWORD_LENGTH } from '@claviger/contract';
import type { CodeKind } from '../lib/sign-in.ts';
import { texts } from '../texts.ts';
import { Field } from './field.tsx';

// A type alone comes from the contract: its schemas would come along with a value.
const LENGTH: typeof PASSWORD_LENGTH = { min: 12, max: 128 };

export const EmailField = ({ autoFocus = false }: { autoFocus?: boolean }) => (
  <Field
    label={texts.signIn.email}
    name="email"
    type="email"
    // The last word has browsers suggest passkeys, too.
    autoComplete="username webauthn"
    required
    autoFocus={autoFocus}
  />
);

/** The one that there is. */
export const PasswordField = ({
  label = texts.signIn.password,
  autoFocus = false,
  fault,
}: {
  label?: string;
  autoFocus?: boolean;
  fault?: string | undefined;
}) => (
  <Field
    label={label}
    name="password"
    type="password"
    autoComplete="current-password"
    required
    autoFocus={autoFocus}
    fault={fault}
  />
);

/** Of the app, or one that was stored. */
export const CodeField = ({ kind }: { kind: CodeKind }) => (
  <Field
    label={texts.signIn[kind].label}
    hint={texts.signIn[kind].hint}
    name="code"
    autoComplete={kind === 'code' ? 'one-time-code' : 'off'}
    inputMode={kind === 'code' ? 'numeric' : 'text'}
    autoCapitalize="off"
    spellCheck={false}
    maxLength={kind === 'code' ? 10 : 40}
    required
    autoFocus
  />
);

/** For what keeps passwords: whose the one beside it is. A field of text, as others are not looked at. */
export const UsernameField = ({ email }: { email: string }) => (
  <input type="text" name="username" value={email} autoComplete="username" readOnly hidden />
);

/** One that is chosen now. */
export const NewPasswordField = ({
  label = texts.signIn.password,
  name = 'password',
  autoFocus = false,
}: {
  label?: string;
  name?: string;
  autoFocus?: boolean;
}) => (
  <Field
    label={label}
    hint={texts.setup.passwordHint}
    name={name}
    type="password"
    autoComplete="new-password"
    minLength={LENGTH.min}
    maxLength={LENGTH.max}
    autoFocus={autoFocus}
    required
  />
);
