import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { secretFile } from '../../options.ts';
import { note } from '../../output.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { fullTime } from '../../text/times.ts';
import { keyChangesOf, withKeyChanges, type KeyChangeOptions } from './key-changes.ts';
import { noteNewSecret } from './new-secret.ts';

export function replaceKeyCommand(): Command {
  return withKeyChanges(apiCommand('replace'))
    .description(
      'Create a replacement: a new key like this one, which stays valid until it is revoked',
    )
    .argument('<keyId>')
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger keys replace key_0PxJmZ3kVb7cQm1tYw8sLd > new.key',
        'claviger keys replace key_0PxJmZ3kVb7cQm1tYw8sLd --ip 198.51.100.7 --credits 1000/day > new.key',
        'claviger keys show key_0PxJmZ3kVb7cQm1tYw8sLd      # is the old one still used?',
        'claviger keys revoke key_0PxJmZ3kVb7cQm1tYw8sLd    # when it is not any more',
      ),
    )
    .action(
      async (keyId: string, options: ApiCommandOptions & SecretOptions & KeyChangeOptions) => {
        const client = await connect(options);
        await deliverSecret(
          options,
          () => client.keys.replace(keyId, keyChangesOf(options)),
          (answer) => {
            noteNewSecret('Created')(answer);
            const { id, lastUsedAt } = answer.replaces;
            const used = lastUsedAt === null ? 'never used' : `last used ${fullTime(lastUsedAt)}`;
            note(`It replaces ${id} (${used}), which works until: claviger keys revoke ${id}`);
          },
        );
      },
    );
}
