import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { exportLogsCommand } from './export.ts';
import { listLogsCommand } from './list.ts';
import { showLogCommand } from './show.ts';

export const logsCommand = (): Command =>
  group('logs', 'Who used which key, when, from where and for what', [
    listLogsCommand(),
    showLogCommand(),
    exportLogsCommand(),
  ]);
