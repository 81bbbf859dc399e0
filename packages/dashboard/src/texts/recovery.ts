/** For whoever cannot get in any more, and for the operator who lets them in again. Loaded with their pages alone. */
export const recoveryTexts = {
  request: {
    title: 'Choose a new password',
    body: 'You get a mail with a link that works once, for an hour.',
    submit: 'Send the link',
    sent: 'If {email} signs in here, the link is on its way. Another one can be asked for after 5 minutes.',
    noMail:
      'This server sends no mail. Ask whoever runs it: they can make you a link, on the page of members or with “claviger members recover”.',
    back: 'To the sign-in',
  },
  take: {
    title: 'Choose a new password',
    for: 'For',
    expires: 'The link expires',
    ends: 'You are signed out wherever you are signed in. Passkeys stay, and so does your second factor, if you have one.',
    endsWithFactor:
      'You are signed out wherever you are signed in, and your second factor is turned off. Passkeys stay.',
    password: 'New password',
    submit: 'Change the password',
    done: 'Your password is changed.',
    another: 'Ask for a new link by mail',
    orMaker: 'Whoever gave it to you can make another.',
  },
  make: {
    action: 'Let in again',
    title: 'Let {name} in again?',
    body: 'You get a link to hand to them. Whoever opens it chooses a new password for {email} and gets in: make sure that it is them who ask.',
    secondFactor: 'Turn off their second factor, too',
    secondFactorHint: 'For somebody who lost it, and the backup codes.',
    confirm: 'Make the link',
    made: 'Hand over this link',
    madeBody:
      'It is shown this once, works once, for a day, and ends the one before. Using it signs {email} out everywhere.',
    madeBodyBoth:
      'It is shown this once, works once, for a day, and ends the one before. Using it signs {email} out everywhere, and turns off their second factor.',
    link: 'Link for {email}',
  },
} as const;
