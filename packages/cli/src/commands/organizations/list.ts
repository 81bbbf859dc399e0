import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { organizationColumns } from '../../text/organization-text.ts';

interface ListOrganizationsOptions extends ApiCommandOptions, ListOptions {
  readonly search?: string;
}

export function listOrganizationsCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List organizations, newest first')
    .option('--search <text>', 'with this in name or id')
    .addHelpText('after', examples('claviger organizations list --search acme'))
    .action(async (options: ListOrganizationsOptions) => {
      const client = await connect(options);
      const query = { ...pageOf(options), ...given({ q: options.search }) };
      await printList(client.organizations.list(query), options, {
        columns: organizationColumns,
        what: 'organizations',
      });
    });
}
