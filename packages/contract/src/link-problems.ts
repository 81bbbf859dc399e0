/** Of links that work once: what is wrong with one that does not. */
export const linkProblems = {
  SETUP_TOKEN_NOT_VALID: {
    status: 403,
    title: 'The set-up link is not valid',
    explanation: 'It was replaced by a later start of the server, is over 24 hours old, or is cut.',
    remedy: 'Start the server again and use the link that it prints.',
  },
  INVITATION_NOT_VALID: {
    status: 403,
    title: 'The invitation is not valid',
    explanation:
      'It was used, revoked or replaced by a newer link, is over 7 days old, or whoever sent it may not give this role any more. Or the link is cut.',
    remedy: 'Ask whoever invited you for a new link.',
  },
  RECOVERY_NOT_VALID: {
    status: 403,
    title: 'The recovery link is not valid',
    explanation:
      'It was used or replaced by a newer one, is over (mailed ones after an hour, others after a day), or is cut.',
    remedy: 'Ask for a new one: at the sign-in, or an operator of the server.',
  },
} as const;
