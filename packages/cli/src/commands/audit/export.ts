import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import {
  eventFiltersOf,
  withEventFilters,
  type EventFilterOptions,
} from '../../audit/event-filters.ts';
import { connect } from '../../connection.ts';
import { choice } from '../../options.ts';
import { writeBytes } from '../../output.ts';

interface ExportOptions extends ApiCommandOptions, EventFilterOptions {
  readonly format?: 'ndjson' | 'csv';
}

export function exportAuditCommand(): Command {
  return withEventFilters(apiCommand('export'))
    .description('Write audit events to standard output, oldest first')
    .addOption(
      choice('--format <format>', 'ndjson, which can be verified, or csv (default: ndjson)', [
        'ndjson',
        'csv',
      ]).conflicts('json'),
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
}
