/** Of the form for a key. */
export const createTexts = {
  title: 'Create an API key',
  api: 'API',
  sections: {
    may: 'What it may do',
    much: 'How much',
    long: 'How long',
    advanced: 'Advanced',
    advancedHint: 'Description, addresses, start, owner, metadata',
  },
  submit: 'Create key',
  busy: 'Creating…',
  noApis: 'No API is defined yet. The operator defines one with “claviger apis apply”.',
  rootKeys:
    'The keys of Claviger itself are made on the command line: “claviger root-keys create”.',
  faults: {
    one: 'One thing has to be put right',
    other: '{count} things have to be put right',
  },
  refused: 'The key was not created',
  lost: 'No answer came, so the key may have been made or not. Send the form again as it is: it is made once, and no second time.',
  secretGone:
    'The key was made a while ago, and its secret can no longer be shown. Regenerate it on its page; nothing else uses it yet.',
  leave: {
    title: 'Leave without creating the key?',
    body: 'What you entered is kept nowhere.',
    go: 'Leave',
  },
  lookOnly: {
    title: 'You may look only',
    body: 'In {organization} you are {role}, and that role makes no keys. Ask an owner or admin of the organization for a key, or for another role.',
    roles: { owner: 'owner', admin: 'admin', developer: 'developer', viewer: 'viewer' },
    back: 'Look at the keys',
  },
  replace: {
    title: 'Create a replacement',
    body: 'A new key that may do what “{name}” may. Both work: put the new one in place, see the old one fall silent, then revoke it.',
    fixed: 'As the old key:',
    submit: 'Create the replacement',
    credits: 'The old key keeps its own credits: say what the new one begins with.',
  },
} as const;
