import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { keyName, noteEffective } from '../../text/key-text.ts';

export function disableKeyCommand(): Command {
  return apiCommand('disable')
    .description('Switch a key off: it is refused until it is enabled again')
    .argument('<keyId>')
    .addHelpText('after', examples('claviger keys disable key_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (keyId: string, options: ApiCommandOptions) => {
      const answer = await (await connect(options)).keys.disable(keyId);
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Disabled ${keyName(answer.key)}: it is ${answer.key.status}.`,
      );
    });
}
