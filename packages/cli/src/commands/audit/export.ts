import { Command } from 'commander';
import { examples } from '../../api-command.ts';
import {
  eventFiltersOf,
  withEventFilters,
  type EventFilterOptions,
} from '../../audit/event-filters.ts';
import { connect, connectionOptions, type ConnectionOptions } from '../../connection.ts';
import { choice } from '../../options.ts';
import { writeBytes } from '../../output.ts';

interface ExportOptions extends ConnectionOptions, EventFilterOptions {
  readonly format?: 'ndjson' | 'csv';
}

export function exportAuditCommand(): Command {
  const command = withEventFilters(new Command('export'))
    .description('Write audit events to standard output, oldest first')
    .addOption(
      choice('--format <format>', 'ndjson, which can be verified, or csv (default: ndjson)', [
        'ndjson',
        'csv',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'claviger audit export > events.ndjson',
        'claviger audit export --organization acme --from 2026-10-01 --to 2026-11-01 --format csv',
      ),
    )
    .action(async (options: ExportOptions) => {
      const client = await connect(options);
      const format = options.format ?? 'ndjson';
      for await (const bytes of client.auditEvents.exportFile(format, eventFiltersOf(options))) {
        await writeBytes(bytes);
      }
    });
  for (const option of connectionOptions()) command.addOption(option);
  return command;
}
