import type { PatchMember } from '@claviger/sdk';
import { Argument, type Command } from 'commander';

import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { memberRoles } from '../../roles.ts';
import { plainLine } from '../../text/plain-text.ts';

export function setRoleCommand(): Command {
  return apiCommand('set-role')
    .description('Give a member another role; it holds from their next request on')
    .argument('<organizationId>')
    .argument('<userId>')
    .addArgument(new Argument('<role>').choices(memberRoles))
    .addHelpText(
      'after',
      examples('claviger members set-role acme usr_0PxJmZ3kVb7cQm1tYw8sLd admin'),
    )
    .action(
      async (
        organizationId: string,
        userId: string,
        role: PatchMember['role'],
        options: ApiCommandOptions,
      ) => {
        const client = await connect(options);
        const answer = await client.organizations.members.update(organizationId, userId, { role });
        const { member } = answer;
        await print(
          options.json,
          answer,
          () => `${plainLine(member.email)} is ${member.role} of ${organizationId}.`,
        );
      },
    );
}
