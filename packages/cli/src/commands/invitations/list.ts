import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { invitationColumns } from '../../text/member-text.ts';

export function listInvitationsCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List the invitations that nobody has used yet, newest first')
    .argument('<organizationId>')
    .addHelpText('after', examples('claviger invitations list acme'))
    .action(async (organizationId: string, options: ApiCommandOptions & ListOptions) => {
      const client = await connect(options);
      const listing = client.organizations.invitations.list(organizationId, pageOf(options));
      await printList(listing, options, { columns: invitationColumns, what: 'invitations' });
    });
}
