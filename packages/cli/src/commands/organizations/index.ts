import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { deleteOrganizationCommand } from './delete.ts';
import { listOrganizationsCommand } from './list.ts';
import { putOrganizationCommand } from './put.ts';
import { resourcesCommand } from './resources/index.ts';
import { resumeOrganizationCommand } from './resume.ts';
import { showOrganizationCommand } from './show.ts';
import { suspendOrganizationCommand } from './suspend.ts';

export const organizationsCommand = (): Command =>
  group('organizations', 'Create, list, suspend and delete organizations', [
    listOrganizationsCommand(),
    showOrganizationCommand(),
    putOrganizationCommand(),
    suspendOrganizationCommand(),
    resumeOrganizationCommand(),
    deleteOrganizationCommand(),
    resourcesCommand(),
  ]);
