import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../../api-command.ts';
import { connect } from '../../../connection.ts';
import { print } from '../../../output.ts';

export function deleteResourceCommand(): Command {
  return apiCommand('delete')
    .description('Take a resource out of the directory; refused while keys are scoped to it')
    .argument('<organizationId>')
    .argument('<type>')
    .argument('<id>')
    .addHelpText('after', examples('claviger organizations resources delete acme customer cus_1'))
    .action(
      async (organizationId: string, type: string, id: string, options: ApiCommandOptions) => {
        const client = await connect(options);
        const answer = await client.organizations.resources.delete(organizationId, type, id);
        await print(options.json, answer, () => `Deleted the ${type} ${id} of ${organizationId}.`);
      },
    );
}
