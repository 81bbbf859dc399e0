/** Of the sign-in page, and of the dialog that asks once more. */
export const signInTexts = {
  signIn: {
    title: 'Sign in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in…',
    forgotten: 'Forgotten your password?',
    help: 'The first account is made with the link that the server prints when it starts.',
    wrong: 'This e-mail address and password do not belong together. Check both and try again.',
    limited: 'Too many tries. Wait a minute, then try again.',
    or: 'or',
    passkey: 'Use a passkey',
    provider: 'Continue with {name}',
    code: {
      label: 'Code',
      hint: 'The six digits that your authenticator app shows now.',
      wrong: 'This code is wrong, or was used before. Wait for the next one.',
      useBackup: 'Use a backup code instead',
    },
    backup: {
      label: 'Backup code',
      hint: 'One of those that you stored when you turned the second factor on. Each works once.',
      wrong: 'This backup code is unknown, or was used before.',
      useApp: 'Use the app instead',
    },
    startOver: 'Start over',
    timedOut: 'That took too long, or too many codes were wrong. Begin again.',
    passkeyFailed: 'This passkey is not known here. Try again, or sign in another way.',
    passkeyUnavailable: 'No passkey was given. Try again, or sign in another way.',
    problems: {
      'timed-out': 'That took too long, or was begun in another browser. Try again.',
      refused: 'The provider did not confirm who you are. Try again, or sign in another way.',
      'email-not-verified':
        'The provider has not verified your e-mail address. Verify it there, then try again.',
      'domain-not-allowed':
        'Your e-mail address belongs to a domain that is not let in. Sign in with your account at work.',
      nobody:
        'There is no account here with your e-mail address. Ask an administrator to invite you.',
      'another-account':
        'Your account here belongs to another account at the provider. Ask the operator.',
      unavailable: 'The provider does not answer. Try again, or sign in another way.',
      limited: 'Too many tries. Wait a minute, then try again.',
    },
  },
  signedIn: {
    title: 'You are signed in',
    body: 'Close this window and go on where you were.',
  },
} as const;
