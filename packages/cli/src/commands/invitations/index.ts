import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { createInvitationCommand } from './create.ts';
import { listInvitationsCommand } from './list.ts';
import { renewInvitationCommand } from './renew.ts';
import { revokeInvitationCommand } from './revoke.ts';

export const invitationsCommand = (): Command =>
  group('invitations', 'Ask people to join an organization', [
    createInvitationCommand(),
    listInvitationsCommand(),
    renewInvitationCommand(),
    revokeInvitationCommand(),
  ]);
