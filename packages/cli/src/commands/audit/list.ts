import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import {
  eventFiltersOf,
  withEventFilters,
  type EventFilterOptions,
} from '../../audit/event-filters.ts';
import { connect } from '../../connection.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { auditColumns } from '../../text/audit-text.ts';

export function listAuditCommand(): Command {
  return withEventFilters(withListOptions(apiCommand('list')))
    .description('List audit events, newest first; filters combine with "and"')
    .addHelpText(
      'after',
      examples(
        'claviger audit list --of key_0PxJmZ3kVb7cQm1tYw8sLd',
        'claviger audit list --action key.revoked --from 7d --all --json',
        'claviger audit list --organization acme --ip 203.0.113.7',
      ),
    )
    .action(async (options: ApiCommandOptions & ListOptions & EventFilterOptions) => {
      const client = await connect(options);
      const listing = client.auditEvents.list({ ...eventFiltersOf(options), ...pageOf(options) });
      await printList(listing, options, { columns: auditColumns, what: 'audit events' });
    });
}
