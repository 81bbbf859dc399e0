import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { keyName, noteEffective } from '../../text/key-text.ts';

export function enableKeyCommand(): Command {
  return apiCommand('enable')
    .description('Switch a key on again')
    .argument('<keyId>')
    .addHelpText('after', examples('claviger keys enable key_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (keyId: string, options: ApiCommandOptions) => {
      const answer = await (await connect(options)).keys.enable(keyId);
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Enabled ${keyName(answer.key)}: it is ${answer.key.status}.`,
      );
    });
}
