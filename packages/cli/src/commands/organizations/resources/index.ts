import type { Command } from 'commander';
import { group } from '../../../api-command.ts';
import { deleteResourceCommand } from './delete.ts';
import { listResourcesCommand } from './list.ts';
import { setResourceCommand } from './set.ts';

export const resourcesCommand = (): Command =>
  group('resources', 'Names for the resources that keys are scoped to', [
    listResourcesCommand(),
    setResourceCommand(),
    deleteResourceCommand(),
  ]);
