import { homeTexts } from './texts/home.ts';
import { invitationTexts, memberTexts, roleTexts } from './texts/members.ts';

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
    help: 'The first account is made with the link that the server prints when it starts.',
    wrong: 'This e-mail address and password do not belong together. Check both and try again.',
    limited: 'Too many tries. Wait a minute, then try again.',
  },
  signInAgain: {
    title: 'Confirm that it is you',
    body: 'Before a key is made or ended, or somebody is let in, your password is asked for once more. What you entered is kept.',
    submit: 'Continue',
    cancel: 'Cancel',
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
  account: { menu: 'Your account:' },
  settings: { title: 'Settings of the organization' },
  home: homeTexts,
  roles: roleTexts,
  members: memberTexts,
  invitation: invitationTexts,
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
    create: 'Create key',
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
  key: {
    back: 'All keys',
    permissions: 'Permissions',
    origins: 'Allowed origins',
    addresses: 'Allowed addresses',
    anywhere: 'Any',
    notUsed: 'Not used',
    secrets: 'Secrets',
    secretsHint:
      'After a rotation both work until the overlap ends. Watch the old one fall silent.',
    until: 'Works until',
    asKey: 'Works as long as the key',
    lastDay: '{count} requests in the last 24 hours',
    actions: 'What you can do',
    cancel: 'Cancel',
    working: 'Working…',
    overlap: 'The old secret works for another',
    overlaps: { 3600: 'hour', 86400: 'day', 604800: 'week' },
    rotate: {
      title: 'Rotate',
      body: 'A new secret beside the old one, which works until the overlap ends. Nothing breaks if you put the new one in place by then.',
    },
    regenerate: {
      title: 'Regenerate',
      body: 'A new secret instead of the old one, which stops working at once. For a secret that may have leaked.',
    },
    disable: {
      title: 'Disable',
      body: 'Every request with this key is refused until you enable it again.',
    },
    enable: { title: 'Enable', body: 'Requests with this key are let in again.' },
    revoke: {
      title: 'Revoke',
      body: 'Every request with this key is refused from now on. What it did stays on record.',
    },
    remove: {
      title: 'Delete',
      body: 'The key is refused from now on and leaves this list. This cannot be undone.',
    },
  },
  create: {
    title: 'Create an API key',
    api: 'API',
    name: 'Name',
    nameHint: 'What will use it, and where: “Production scheduler”, “Billing export on host 3”.',
    environment: 'Environment',
    kind: 'Kind',
    kinds: {
      secret: ['Secret key', 'For servers. Shown once, and to be kept like a password.'],
      publishable: ['Publishable key', 'May stand in a web page; works from the origins you name.'],
      pair: ['Public and secret key', 'Two halves: one that may be shown, one that is shown once.'],
    },
    permissions: 'Permissions',
    permissionsHint: 'No more than the program needs. They can be changed later.',
    presets: 'Presets',
    chosen: 'Choose one by one',
    publishableOnly: 'May not be held by a publishable key',
    origins: 'Allowed origins',
    originsHint:
      'Separated by commas or line breaks: app.example.com, *.example.com, http://localhost:3000.',
    expires: 'Expires',
    neverExpires: 'Never',
    inDays: 'In {days} days',
    submit: 'Create key',
    busy: 'Creating…',
    cancel: 'Cancel',
    noApis: 'No API is defined yet. The operator defines one with “claviger apis apply”.',
  },
  reveal: {
    title: 'Store your key now',
    body: 'It is shown this once. Claviger keeps no copy that could be shown again.',
    secret: 'Key',
    publicKey: 'Public key',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download as .env',
    use: 'Use it from',
    stored: 'I have stored it where it is safe',
    close: 'Done',
  },
  notFound: {
    title: 'There is nothing here',
    body: 'The address may be mistyped, or you may not have access to it.',
    home: 'To the start page',
  },
  unexpected: 'The server answered {status}, and not in its own words. Try again in a moment.',
  failed: { title: 'This could not be loaded' },
} as const;

/** Puts values in the place of `{names}`. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

export const lastDayText = (count: number): string =>
  fill(texts.key.lastDay, { count: count.toLocaleString('en') });
