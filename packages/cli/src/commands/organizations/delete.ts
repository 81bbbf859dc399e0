import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { noteEffective } from '../../text/key-text.ts';
import { organizationName } from '../../text/organization-text.ts';

export function deleteOrganizationCommand(): Command {
  return apiCommand('delete')
    .description('Delete an organization; refused while it has keys')
    .argument('<organizationId>')
    .addOption(yes())
    .addHelpText('after', examples('claviger organizations delete acme'))
    .action(async (organizationId: string, options: ApiCommandOptions & ConfirmOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const organization = await client.organizations.get(organizationId);
          return `${organizationName(organization)} is gone for good; only its audit events stay. The server refuses this while it has keys, so no key is lost.`;
        },
        question: 'Delete it?',
      });
      const answer = await client.organizations.delete(organizationId);
      noteEffective(answer.effective);
      await print(options.json, answer, () => `Deleted ${answer.id}.`);
    });
}
