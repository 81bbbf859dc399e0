/** Every English text of what is around the pages. */
export const frameTexts = {
  messages: {
    one: 'Message',
    all: 'Messages ({hotkey})',
    dismiss: 'Dismiss',
    copied: 'Copied',
    saved: 'Saved',
  },
  unreachable: {
    banner: 'The server does not answer. Trying again…',
    fault: 'The server cannot be reached. Check your connection; it is tried again by itself.',
  },
  chooser: {
    nothing: 'Nothing found',
    found: { one: '1 result', other: '{count} results' },
  },
  organization: {
    menu: 'Organization:',
    choose: 'Choose an organization',
    find: 'Find an organization',
    title: 'Organizations',
    more: 'More',
    all: 'All organizations',
  },
  palette: {
    title: 'Search and commands',
    button: 'Search',
    find: 'Find keys, pages and commands',
    pages: 'Go to',
    actions: 'Actions',
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    palette: 'Search and commands',
    choose: 'Choose in a list',
    close: 'Close what is open',
    messages: 'Go to the messages',
    help: 'Show these shortcuts',
    search: 'Search this list',
    searchWith: 'Press / to search',
    done: 'Close',
  },
  theme: {
    title: 'Theme',
    names: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },
} as const;
