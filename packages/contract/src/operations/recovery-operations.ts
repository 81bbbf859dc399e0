import {
  createRecoveryBody,
  previewRecoveryBody,
  recovery,
  recoveryMade,
  recoveryRequested,
  recoveryTaken,
  requestRecoveryBody,
  takeRecoveryBody,
} from '../recovery.ts';
import { accepted, created, define, ok } from './define.ts';

const createRecovery = define({
  id: 'createRecovery',
  method: 'POST',
  path: '/v1/recoveries',
  tag: 'Accounts',
  summary: 'Make a link that lets somebody in again',
  description:
    'For somebody who lost their password or their second factor, and whom you know to be who they say. Whoever opens the link chooses a new password; it works once, for 24 hours, and ends the one before that was made like this; it is worth nothing once whoever made it is no operator any more, or their root key has ended. Only operators can, and root keys that may do everything and are bound to nothing: an account may reach several organizations.',
  permission: 'members:write',
  freshSignIn: true,
  body: createRecoveryBody,
  success: created(recoveryMade),
  problems: ['USER_NOT_FOUND', 'BEYOND_OWN_RIGHTS'],
});

const requestRecovery = define({
  id: 'requestRecovery',
  method: 'POST',
  path: '/v1/recoveries/request',
  tag: 'Accounts',
  summary: 'Ask for a link to a new password by mail',
  description:
    'Mails it to that e-mail if somebody signs in with it, at most every 5 minutes, three at a time. It works once, for an hour, and leaves the second factor on. The answer is the same whether there is such an account or not, and comes before the mail is sent.',
  permission: 'none',
  body: requestRecoveryBody,
  success: accepted(recoveryRequested),
  problems: ['MAIL_NOT_CONFIGURED', 'RATE_LIMITED'],
});

const previewRecovery = define({
  id: 'previewRecovery',
  method: 'POST',
  path: '/v1/recoveries/preview',
  tag: 'Accounts',
  summary: 'Read whose account a recovery link is for',
  description: 'Changes nothing. The token stands in the body, so that it is in no log.',
  permission: 'none',
  body: previewRecoveryBody,
  success: ok(recovery),
  problems: ['RECOVERY_NOT_VALID', 'RATE_LIMITED'],
});

const takeRecovery = define({
  id: 'takeRecovery',
  method: 'POST',
  path: '/v1/recoveries/take',
  tag: 'Accounts',
  summary: 'Choose a new password by a recovery link',
  description:
    'Ends every session of that account and every other recovery link to it. Passkeys stay. Nobody is signed in by it: sign in with the new password, and with the second factor where it is on.',
  permission: 'none',
  body: takeRecoveryBody,
  success: ok(recoveryTaken),
  problems: ['RECOVERY_NOT_VALID', 'FOREIGN_ORIGIN', 'RATE_LIMITED'],
});

export const recoveryOperations = {
  createRecovery,
  requestRecovery,
  previewRecovery,
  takeRecovery,
} as const;
