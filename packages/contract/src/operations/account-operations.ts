import {
  account,
  accountChanged,
  patchAccountBody,
  session,
  setUpBody,
  signInMethods,
  userSetUp,
} from '../account.ts';
import { created, define, ok } from './define.ts';

const setUp = define({
  id: 'setUp',
  method: 'POST',
  path: '/v1/setup',
  tag: 'Accounts',
  summary: 'Create the first user',
  description:
    'With the token of the set-up link that the server prints at its start while nobody can sign in. The first user is an operator, and is signed in by the answer’s cookie. Works once.',
  permission: 'none',
  body: setUpBody,
  success: created(userSetUp),
  problems: ['SETUP_TOKEN_NOT_VALID', 'ALREADY_SET_UP'],
});

const getSession = define({
  id: 'getSession',
  method: 'GET',
  path: '/v1/session',
  tag: 'Accounts',
  summary: 'Who is signed in',
  description:
    'With the organizations they belong to, and what they may do in each. People sign in and out at `/auth`: see docs/operations.md.',
  permission: 'session',
  success: ok(session),
  problems: [],
});

const getSignInMethods = define({
  id: 'getSignInMethods',
  method: 'GET',
  path: '/v1/sign-in-methods',
  tag: 'Accounts',
  summary: 'How people can sign in',
  description: 'Beside e-mail and password. The same for everybody: it tells nothing of anyone.',
  permission: 'none',
  success: ok(signInMethods),
  problems: [],
});

const getAccount = define({
  id: 'getAccount',
  method: 'GET',
  path: '/v1/account',
  tag: 'Accounts',
  summary: 'How the person who asks signs in, and where they are signed in',
  description: 'Without anything that would let anyone in.',
  permission: 'session',
  success: ok(account),
  problems: [],
});

const patchAccount = define({
  id: 'patchAccount',
  method: 'PATCH',
  path: '/v1/account',
  tag: 'Accounts',
  summary: 'Give yourself another name',
  description: 'The e-mail stays: it is what you are invited and found by.',
  permission: 'session',
  body: patchAccountBody,
  success: ok(accountChanged),
  problems: [],
});

export const accountOperations = {
  setUp,
  getSession,
  getSignInMethods,
  getAccount,
  patchAccount,
} as const;
