import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { writeExport } from '../../export-output.ts';
import { logFiltersOf, withLogOptions, type LogOptions } from '../../log-options.ts';
import { choice } from '../../options.ts';

interface ExportLogsOptions extends ApiCommandOptions, LogOptions {
  readonly format?: 'ndjson' | 'csv';
  readonly output?: string;
  readonly force?: true;
}

export function exportLogsCommand(): Command {
  return withLogOptions(apiCommand('export'))
    .description('Write verifications to a file, or to standard output, newest first')
    .addOption(
      choice('--format <format>', 'one JSON object a line, or a table (default: ndjson)', [
        'ndjson',
        'csv',
      ]),
    )
    .option(
      '--output <file>',
      'write them there; while it is not whole, the file is called <file>.partial',
    )
    .option('--force', 'write over a file that exists')
    .addHelpText(
      'after',
      examples(
        'claviger logs export --format csv --output november.csv --from 2026-11-01 --to 2026-12-01',
        'claviger logs export --key key_0PxJmZ3kVb7cQm1tYw8sLd > key.ndjson',
      ),
    )
    .action(async (options: ExportLogsOptions) => {
      const client = await connect(options);
      const { format = 'ndjson', output, force } = options;
      const parts = client.logs.exportText(format, logFiltersOf(options));
      await writeExport(parts, { output, force: force === true });
    });
}
