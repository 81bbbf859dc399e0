import type { ClavigerClient, ListLogsOptions, LogEntry, LogsListed } from '@claviger/sdk';
import { Option, type Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { followLogs } from '../../follow-logs.ts';
import { logFiltersOf, withLogOptions, type LogOptions } from '../../log-options.ts';
import {
  pageOf,
  printList,
  printPage,
  withListOptions,
  type ListOptions,
} from '../../print-list.ts';
import { note } from '../../output.ts';
import { logColumns } from '../../text/log-text.ts';

interface ListLogsCommandOptions extends ApiCommandOptions, ListOptions, LogOptions {
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
    .action(async (options: ListLogsCommandOptions) => {
      const client = await connect(options);
      const filters = logFiltersOf(options);
      if (options.follow === true || options.all === true) {
        noteWhenOff(await client.logs.list({ limit: 1 }));
      }
      if (options.follow === true) {
        return followLogs(client, filters, { json: options.json, limit: options.limit ?? 10 });
      }
      const query = { ...filters, ...pageOf(options) };
      const shown = { columns: logColumns, what: 'verifications' };
      if (options.all === true || options.json === true) {
        return printList(client.logs.list(query), options, shown);
      }
      const page = await fullPage(client, query);
      await printPage(page, options, shown);
      noteWhenOff(page);
    });
}

type Query = ListLogsOptions & { readonly limit: number };

/** That nothing is listed says nothing then. */
function noteWhenOff({ recording }: LogsListed): void {
  if (!recording) {
    note('The log of requests is switched off on this server (CLAVIGER_REQUEST_LOGS=off).');
  }
}

/** Where few match, a page of the API may have fewer than were asked for, and a next one. */
async function fullPage(client: ClavigerClient, query: Query): Promise<LogsListed> {
  const data: LogEntry[] = [];
  let recording = true;
  let cursor: string | null | undefined = query.cursor;
  do {
    const limit = query.limit - data.length;
    const page = await client.logs.list({ ...query, limit, ...given({ cursor }) });
    data.push(...page.data);
    ({ nextCursor: cursor, recording } = page);
  } while (cursor !== null && data.length < query.limit);
  return { data, nextCursor: cursor, recording };
}
