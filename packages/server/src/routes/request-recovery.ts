import { operations } from '@claviger/contract';
import { RefusedError } from '@claviger/core';
import { mailRecovery } from '../accounts/recovery.ts';
import { openRoute } from '../http/route.ts';

export const requestRecoveryRoute = openRoute(
  operations.requestRecovery,
  async ({ surface, source, body, showLimits }) => {
    const { mailer, linkLimits } = surface;
    if (mailer === null) throw mailNotConfigured();
    showLimits(linkLimits.recoveryMails.take(source.ip, 1).limits);
    mailRecovery(surface, mailer, source, body.email);
    return { requested: true as const };
  },
);

const mailNotConfigured = () =>
  new RefusedError(
    'MAIL_NOT_CONFIGURED',
    'This server sends no mail. Ask whoever runs it: they can make you a link, with "claviger members recover" or on the page of members.',
  );
