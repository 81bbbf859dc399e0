import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { handOver } from './hand-over.ts';

export function renewInvitationCommand(): Command {
  return apiCommand('renew')
    .description('Make a new link for an invitation; the one before works no more')
    .argument('<organizationId>')
    .argument('<invitationId>')
    .addHelpText('after', examples('claviger invitations renew acme inv_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (organizationId: string, invitationId: string, options: ApiCommandOptions) => {
      const client = await connect(options);
      const made = await client.organizations.invitations.renew(organizationId, invitationId);
      await handOver(options.json, made);
    });
}
