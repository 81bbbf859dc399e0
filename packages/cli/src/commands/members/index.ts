import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { listMembersCommand } from './list.ts';
import { recoverMemberCommand } from './recover.ts';
import { removeMemberCommand } from './remove.ts';
import { setRoleCommand } from './set-role.ts';

export const membersCommand = (): Command =>
  group('members', 'Who belongs to an organization, and as what', [
    listMembersCommand(),
    setRoleCommand(),
    removeMemberCommand(),
    recoverMemberCommand(),
  ]);
