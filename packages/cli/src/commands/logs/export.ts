import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { withExportOptions, writeExport, type ExportOptions } from '../../export-output.ts';
import { logFiltersOf, withLogOptions, type LogOptions } from '../../log-options.ts';

interface ExportLogsOptions extends ApiCommandOptions, LogOptions, ExportOptions {}

export function exportLogsCommand(): Command {
  return withExportOptions(withLogOptions(apiCommand('export')))
    .description('Write verifications to a file, or to standard output, newest first')
    .addHelpText(
      'after',
      examples(
        'claviger logs export --format csv --output november.csv --from 2026-11-01 --to 2026-12-01',
        'claviger logs export --key key_0PxJmZ3kVb7cQm1tYw8sLd > key.ndjson',
      ),
    )
    .action(async (options: ExportLogsOptions) => {
      const client = await connect(options);
      const filters = logFiltersOf(options);
      await writeExport((format) => client.logs.exportText(format, filters), options);
    });
}
