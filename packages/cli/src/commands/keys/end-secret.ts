import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { keyName, noteEffective } from '../../text/key-text.ts';

export function endSecretCommand(): Command {
  return apiCommand('end-secret')
    .description('End the overlap of a replaced secret early; "keys show" lists the secrets')
    .argument('<keyId>')
    .argument('<secretId>')
    .addHelpText(
      'after',
      examples('claviger keys end-secret key_0PxJmZ3kVb7cQm1tYw8sLd sec_0PxJmZ3kVb7cQm1tYw8sLd'),
    )
    .action(async (keyId: string, secretId: string, options: ApiCommandOptions) => {
      const answer = await (await connect(options)).keys.endSecret(keyId, secretId);
      noteEffective(answer.effective);
      await print(options.json, answer, () => `Ended ${secretId} of ${keyName(answer.key)}.`);
    });
}
