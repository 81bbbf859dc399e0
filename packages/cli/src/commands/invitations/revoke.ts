import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';

export function revokeInvitationCommand(): Command {
  return apiCommand('revoke')
    .description('Revoke an invitation; its link works no more')
    .argument('<organizationId>')
    .argument('<invitationId>')
    .addHelpText('after', examples('claviger invitations revoke acme inv_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (organizationId: string, invitationId: string, options: ApiCommandOptions) => {
      const client = await connect(options);
      const answer = await client.organizations.invitations.revoke(organizationId, invitationId);
      await print(options.json, answer, () => `Revoked ${answer.id}.`);
    });
}
