/** Every English text of the pages, in one place so that it can be translated. */
export const texts = {
  product: 'Claviger',
  skipToContent: 'Skip to the content',
  loading: 'Loading…',
  tryAgain: 'Try again',
  signIn: {
    title: 'Sign in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in…',
    help: 'No account yet? An administrator of your organization can invite you.',
    wrong: 'This e-mail address and password do not belong together. Check both and try again.',
    limited: 'Too many tries. Wait a minute, then try again.',
  },
  setup: {
    title: 'Set up Claviger',
    intro:
      'Create the account of the operator: the person who runs this installation. It sees and changes everything.',
    name: 'Your name',
    passwordHint: 'At least 12 characters. A few words that do not belong together are best.',
    submit: 'Create the account',
    busy: 'Creating…',
    missingToken:
      'This address lacks its token. Use the link that the server printed when it started.',
  },
  signOut: 'Sign out',
  keys: {
    title: 'API keys',
    intro: 'Keys let programs call the API in the name of {organization}.',
    search: 'Search by name or hint',
    status: 'Status',
    anyStatus: 'Any status',
    environment: 'Environment',
    anyEnvironment: 'Any environment',
    columns: {
      name: 'Name',
      key: 'Key',
      permissions: 'Permissions',
      environment: 'Environment',
      status: 'Status',
      limits: 'Rate limits',
      owner: 'Owner',
      created: 'Created',
      lastUsed: 'Last used',
      expires: 'Expires',
    },
    never: 'Never',
    nobody: '–',
    newer: 'Newer',
    older: 'Older',
    empty: {
      title: 'No API keys yet',
      body: 'A key stands for one program. Give each program its own, with no more permissions than it needs: then one can be replaced without stopping the others.',
    },
    noMatch: {
      title: 'No key matches',
      body: 'Change the search or the filters.',
      reset: 'Show all keys',
    },
    statuses: { active: 'Active', inactive: 'Inactive', expired: 'Expired', revoked: 'Revoked' },
  },
  notFound: {
    title: 'There is nothing here',
    body: 'The address may be mistyped, or you may not have access to it.',
    home: 'To the start page',
  },
  failed: { title: 'This could not be loaded' },
} as const;

/** Puts values in the place of `{names}`. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
