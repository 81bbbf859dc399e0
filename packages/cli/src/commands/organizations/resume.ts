import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { noteEffective } from '../../text/key-text.ts';
import { organizationName } from '../../text/organization-text.ts';

export function resumeOrganizationCommand(): Command {
  return apiCommand('resume')
    .description('Accept the keys of a suspended organization again')
    .argument('<organizationId>')
    .addHelpText('after', examples('claviger organizations resume acme'))
    .action(async (organizationId: string, options: ApiCommandOptions) => {
      const client = await connect(options);
      const answer = await client.organizations.update(organizationId, { suspended: false });
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Resumed ${organizationName(answer.organization)}: its keys are accepted again.`,
      );
    });
}
