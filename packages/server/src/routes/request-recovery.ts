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
    const { ip, requestId } = source;
    mailRecovery(surface, mailer, { ip, requestId }, body.email);
    return { requested: true as const };
  },
);

const mailNotConfigured = () =>
  new RefusedError(
    'MAIL_NOT_CONFIGURED',
    'This server sends no mail. Ask whoever runs it for a recovery link: `claviger members recover <your e-mail>`.',
  );
