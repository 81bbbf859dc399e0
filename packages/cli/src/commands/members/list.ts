import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { memberColumns } from '../../text/member-text.ts';

interface ListMembersOptions extends ApiCommandOptions, ListOptions {
  readonly search?: string;
}

export function listMembersCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List who belongs to an organization; those of "claviger" are the operators')
    .argument('<organizationId>')
    .option('--search <text>', 'with this in name or e-mail')
    .addHelpText('after', examples('claviger members list acme', 'claviger members list claviger'))
    .action(async (organizationId: string, options: ListMembersOptions) => {
      const client = await connect(options);
      const query = { ...pageOf(options), ...given({ q: options.search }) };
      const listing = client.organizations.members.list(organizationId, query);
      await printList(listing, options, { columns: memberColumns, what: 'members' });
    });
}
