import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { noteEffective } from '../../text/key-text.ts';

interface RemoveOptions extends ApiCommandOptions, ConfirmOptions {
  readonly revokeKeys?: boolean;
}

export function removeMemberCommand(): Command {
  return apiCommand('remove')
    .description('Remove a member; their next request is refused')
    .argument('<organizationId>')
    .argument('<userId>')
    .option('--revoke-keys', 'revoke the keys of the organization that are theirs, too')
    .addOption(yes())
    .addHelpText(
      'after',
      examples('claviger members remove acme usr_0PxJmZ3kVb7cQm1tYw8sLd --revoke-keys'),
    )
    .action(async (organizationId: string, userId: string, options: RemoveOptions) => {
      const client = await connect(options);
      const { revokeKeys = false } = options;
      await confirm(options, {
        consequence: async () => {
          const filter = { organizationId, ownerId: userId };
          const { changed } = await client.keys.bulk({ action: 'revoke', filter, dryRun: true });
          const keys = changed === 1 ? '1 key belongs' : `${changed} keys belong`;
          return `${keys} to them in ${organizationId}: ${revokeKeys ? 'revoked with this, and refused from then on' : 'they work on, unless you say --revoke-keys'}.`;
        },
        question: `Remove ${userId} from ${organizationId}?`,
      });
      const answer = await client.organizations.members.remove(organizationId, userId, {
        revokeKeys,
      });
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Removed ${userId} from ${organizationId}. Keys revoked: ${answer.revokedKeys}.`,
      );
    });
}
