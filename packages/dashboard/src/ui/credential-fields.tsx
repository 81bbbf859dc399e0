import type { PASSWORD_LENGTH } from '@claviger/contract';
import { texts } from '../texts.ts';
import { Field } from './field.tsx';

// A type alone comes from the contract: its schemas would come along with a value.
const LENGTH: typeof PASSWORD_LENGTH = { min: 12, max: 128 };

export const EmailField = ({ autoFocus = false }: { autoFocus?: boolean }) => (
  <Field
    label={texts.signIn.email}
    name="email"
    type="email"
    autoComplete="username"
    required
    autoFocus={autoFocus}
  />
);

/** The one that there is. */
export const PasswordField = ({ autoFocus = false }: { autoFocus?: boolean }) => (
  <Field
    label={texts.signIn.password}
    name="password"
    type="password"
    autoComplete="current-password"
    required
    autoFocus={autoFocus}
  />
);

/** One that is chosen now. */
export const NewPasswordField = () => (
  <Field
    label={texts.signIn.password}
    hint={texts.setup.passwordHint}
    name="password"
    type="password"
    autoComplete="new-password"
    minLength={LENGTH.min}
    maxLength={LENGTH.max}
    required
  />
);
