import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { secretFile, yes } from '../../options.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { keyName, keyPlace, lastUse } from '../../text/key-text.ts';
import { noteNewSecret } from './new-secret.ts';

type RegenerateOptions = ApiCommandOptions & SecretOptions & ConfirmOptions;

export function regenerateKeyCommand(): Command {
  return apiCommand('regenerate')
    .description('Give a key a new secret and cut off every one it has, at once')
    .argument('<keyId>')
    .addOption(yes())
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples('claviger keys regenerate key_0PxJmZ3kVb7cQm1tYw8sLd --secret-file new.key'),
    )
    .action(async (keyId: string, options: RegenerateOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const key = await client.keys.get(keyId);
          return `Every secret of ${keyName(key)} (${keyPlace(key)}) is refused from then on, with no overlap. ${lastUse(key)}`;
        },
        question: 'Regenerate it?',
      });
      await deliverSecret(
        options,
        () => client.keys.regenerate(keyId),
        noteNewSecret('Regenerated'),
      );
    });
}
