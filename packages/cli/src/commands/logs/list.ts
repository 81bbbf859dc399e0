import { Option, type Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { followLogs } from '../../follow-logs.ts';
import { logFiltersOf, withLogOptions, type LogOptions } from '../../log-options.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { logColumns } from '../../text/log-text.ts';

interface ListLogsOptions extends ApiCommandOptions, ListOptions, LogOptions {
  readonly follow?: true;
}

export function listLogsCommand(): Command {
  return withListOptions(withLogOptions(apiCommand('list')))
    .description('List verifications, newest first; filters combine with "and"')
    .addOption(
      new Option(
        '--follow',
        'go on with those that come, oldest first, until interrupted',
      ).conflicts(['all', 'cursor', 'to']),
    )
    .addHelpText(
      'after',
      examples(
        'claviger logs list --key key_0PxJmZ3kVb7cQm1tYw8sLd --from 24h',
        'claviger logs list --refused --organization acme',
        'claviger logs list --code RATE_LIMITED,QUOTA_EXCEEDED --path /v1/jobs --all',
        'claviger logs list --refused --follow',
      ),
    )
    .action(async (options: ListLogsOptions) => {
      const client = await connect(options);
      const filters = logFiltersOf(options);
      if (options.follow === true) {
        return followLogs(client, filters, { json: options.json, limit: options.limit ?? 10 });
      }
      const listing = client.logs.list({ ...filters, ...pageOf(options) });
      await printList(listing, options, { columns: logColumns, what: 'verifications' });
    });
}
