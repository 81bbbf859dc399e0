import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { reportCommand } from './report.ts';
import { rulesCommand } from './rules.ts';
import { scanCommand } from './scan.ts';

export const leaksCommand = (): Command =>
  group('leaks', 'Find keys where they should not be, and report them', [
    scanCommand(),
    reportCommand(),
    rulesCommand(),
  ]);
