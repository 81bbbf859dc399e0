import { readConfig, openClaviger, createLog } from '@claviger/server';
import { Command } from 'commander';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Bring the database up to this version, then exit; serve does the same when it starts',
    )
    .addHelpText(
      'after',
      '\nExample:\n  CLAVIGER_DATABASE_URL=postgres://… CLAVIGER_PEPPERS=1:… claviger migrate',
    )
    .action(async () => {
      const config = readConfig(process.env);
      const { storage } = await openClaviger(config, createLog(config, process.stderr));
      await storage.close();
      process.stdout.write('The database is up to date.\n');
    });
}
