import type { Command } from 'commander';
import { examples, jsonCommand } from '../api-command.ts';
import { print } from '../output.ts';

export function migrateCommand(): Command {
  return jsonCommand('migrate')
    .description(
      'Bring the database up to this version, then exit; serve does the same when it starts',
    )
    .addHelpText(
      'after',
      examples(
        'claviger migrate',
        'CLAVIGER_DATABASE_URL=postgres://… CLAVIGER_PEPPERS=1:… claviger migrate',
      ),
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { readConfig, openClaviger, createLog } = await import('@claviger/server');
      const config = readConfig(process.env);
      const { storage } = await openClaviger(config, createLog(config, process.stderr));
      await storage.close();
      await print(json, { upToDate: true }, () => 'The database is up to date.');
    });
}
