import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { organizationFields } from '../../text/organization-text.ts';

export function showOrganizationCommand(): Command {
  return apiCommand('show')
    .description('Show an organization')
    .argument('<organizationId>')
    .addHelpText('after', examples('claviger organizations show acme'))
    .action(async (organizationId: string, options: ApiCommandOptions) => {
      const organization = await (await connect(options)).organizations.get(organizationId);
      await print(options.json, organization, () => organizationFields(organization));
    });
}
