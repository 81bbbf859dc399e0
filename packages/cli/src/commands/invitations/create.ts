import type { CreateInvitationInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { choice } from '../../options.ts';
import { roles } from '../../roles.ts';
import { handOver } from './hand-over.ts';

interface CreateOptions extends ApiCommandOptions {
  readonly role: CreateInvitationInput['role'];
}

export function createInvitationCommand(): Command {
  return apiCommand('create')
    .description('Invite somebody; the link, shown this once, goes to standard output alone')
    .argument('<organizationId>')
    .argument('<email>')
    .addOption(
      choice(
        '--role <role>',
        'operator: of "claviger", and there alone',
        roles,
      ).makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      examples(
        'claviger invitations create acme grace@example.com --role owner',
        'claviger invitations create claviger alan@example.com --role operator',
      ),
    )
    .action(async (organizationId: string, email: string, options: CreateOptions) => {
      const client = await connect(options);
      const { role } = options;
      const made = await client.organizations.invitations.create(organizationId, { email, role });
      await handOver(options.json, made);
    });
}
