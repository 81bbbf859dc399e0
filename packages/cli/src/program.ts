import { VERSION } from '@claviger/server';
import { Command } from 'commander';
import { migrateCommand } from './commands/migrate.ts';
import { rootKeysCommand } from './commands/root-keys.ts';
import { serveCommand } from './commands/serve.ts';

export function createProgram(): Command {
  return new Command('claviger')
    .description(
      'Issues, verifies, rotates and revokes API keys. Configured by CLAVIGER_… in the environment.',
    )
    .version(VERSION)
    .showHelpAfterError('(claviger --help lists the commands)')
    .exitOverride((stop) => process.exit(stop.exitCode === 0 ? 0 : 2))
    .addCommand(serveCommand())
    .addCommand(migrateCommand())
    .addCommand(rootKeysCommand());
}
