import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { noteEffective } from '../../text/key-text.ts';
import { organizationFields } from '../../text/organization-text.ts';

interface PutOptions extends ApiCommandOptions {
  readonly name: string;
}

export function putOrganizationCommand(): Command {
  return apiCommand('put')
    .description('Create an organization, or rename the one there is')
    .argument('<organizationId>', 'the platform’s own id')
    .requiredOption('--name <name>', 'for people')
    .addHelpText('after', examples('claviger organizations put acme --name "Acme Inc."'))
    .action(async (organizationId: string, options: PutOptions) => {
      const client = await connect(options);
      const answer = await client.organizations.put(organizationId, { name: options.name });
      noteEffective(answer.effective);
      await print(options.json, answer, () => organizationFields(answer.organization));
    });
}
