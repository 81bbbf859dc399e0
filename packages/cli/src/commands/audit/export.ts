import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import {
  eventFiltersOf,
  withEventFilters,
  type EventFilterOptions,
} from '../../audit/event-filters.ts';
import { connect } from '../../connection.ts';
import { withExportOptions, writeExport, type ExportOptions } from '../../export-output.ts';

interface ExportAuditOptions extends ApiCommandOptions, EventFilterOptions, ExportOptions {}

export function exportAuditCommand(): Command {
  return withExportOptions(withEventFilters(apiCommand('export')))
    .description('Write audit events to a file, or to standard output, oldest first')
    .addHelpText(
      'after',
      examples(
        'claviger audit export > events.ndjson',
        'claviger audit export --organization acme --from 2026-10-01 --to 2026-11-01 --format csv --output october.csv',
      ),
    )
    .action(async (options: ExportAuditOptions) => {
      const client = await connect(options);
      const filters = eventFiltersOf(options);
      await writeExport((format) => client.auditEvents.exportText(format, filters), options);
    });
}
