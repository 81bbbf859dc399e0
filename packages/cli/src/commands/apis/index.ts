import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { applyApisCommand } from './apply.ts';
import { deleteApiCommand } from './delete.ts';
import { listApisCommand } from './list.ts';
import { showApiCommand } from './show.ts';

export const apisCommand = (): Command =>
  group('apis', 'Define the APIs whose keys are managed', [
    applyApisCommand(),
    listApisCommand(),
    showApiCommand(),
    deleteApiCommand(),
  ]);
