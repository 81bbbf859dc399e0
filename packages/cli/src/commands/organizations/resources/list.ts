import type { Resource } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../../api-command.ts';
import { connect } from '../../../connection.ts';
import { given } from '../../../given.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../../print-list.ts';
import type { Column } from '../../../text/table.ts';
import { relativeTime } from '../../../text/times.ts';

interface ListResourcesOptions extends ApiCommandOptions, ListOptions {
  readonly search?: string;
}

const columns: readonly Column<Resource>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, minWidth: 16 },
  { heading: 'CREATED', text: ({ createdAt }) => relativeTime(createdAt), expendable: 1 },
];

export function listResourcesCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List the named resources of a type, newest first')
    .argument('<organizationId>')
    .argument('<type>', 'as API definitions declare it: customer')
    .option('--search <text>', 'with this in name or id')
    .addHelpText(
      'after',
      examples('claviger organizations resources list acme customer --search globex'),
    )
    .action(async (organizationId: string, type: string, options: ListResourcesOptions) => {
      const client = await connect(options);
      const query = { ...pageOf(options), ...given({ q: options.search }) };
      const listing = client.organizations.resources.list(organizationId, type, query);
      await printList(listing, options, { columns, what: 'resources' });
    });
}
