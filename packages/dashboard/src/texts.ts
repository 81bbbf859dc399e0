import { accountTexts } from './texts/account.ts';
import { signInTexts } from './texts/sign-in.ts';
import { revealTexts } from './texts/reveal.ts';
import { frameTexts } from './texts/frame.ts';
import { homeTexts } from './texts/home.ts';
import { keyListTexts } from './texts/key-list.ts';
import { invitationTexts, memberTexts, roleTexts } from './texts/members.ts';
import { resourceTexts } from './texts/resources.ts';

/**
 * Every English text of the pages, here and in the folder `texts`, so that it can be translated. What the page of a key
 * and the form for one say is loaded with them alone.
 */
export const texts = {
  product: 'Claviger',
  skipToContent: 'Skip to the content',
  loading: 'Loading…',
  tryAgain: 'Try again',
  cancel: 'Cancel',
  save: 'Save',
  working: 'Working…',
  ...signInTexts,
  signInAgain: {
    title: 'Confirm that it is you',
    body: 'You signed in a while ago, and this is only for you. What you entered is kept.',
    submit: 'Continue',
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
  ...frameTexts,
  signOut: 'Sign out',
  account: accountTexts,
  organizationState: {
    suspended:
      'This organization is suspended: every request with one of its keys is refused, whatever the keys say here. The operator of this installation can lift it.',
    gone: {
      title: 'You are not in this organization',
      body: 'It may be somebody else’s, have been deleted, or you may have been removed from it. Ask one of its owners for an invitation.',
    },
  },
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
    },
    noMatch: {
      title: 'No key matches',
      body: 'Change the search or the filters.',
      reset: 'Show all keys',
    },
    statuses: { active: 'Active', inactive: 'Inactive', expired: 'Expired', revoked: 'Revoked' },
  },
  ...keyListTexts,
  reveal: revealTexts,
  resources: resourceTexts,
  notFound: {
    title: 'There is nothing here',
    body: 'The address may be mistyped, or you may not have access to it.',
    home: 'To the start page',
  },
  unexpected: 'The server answered {status}, and not in its own words. Try again in a moment.',
  failed: {
    title: 'This could not be loaded',
    body: 'The page stumbled over itself. Try again; when that does not help, reload it, and tell the operator.',
  },
} as const;

/** Puts values in the place of `{names}`. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

/** "Customers", "Companies"; what ends in an s is taken to be many already. */
export const plural = (name: string): string => {
  if (/s$/i.test(name)) return name;
  return /[^aeiou]y$/i.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
};

/** In lower case, unless it is an abbreviation. */
export const inSentence = (name: string): string =>
  /^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;

/** The form for that many, with the number in the place of `{count}`. */
export const counted = (
  { one, other }: { readonly one: string; readonly other: string },
  count: number,
): string => fill(count === 1 ? one : other, { count: count.toLocaleString('en') });
