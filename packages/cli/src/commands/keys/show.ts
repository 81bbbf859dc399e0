import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { keyFields } from '../../text/key-text.ts';

export function showKeyCommand(): Command {
  return apiCommand('show')
    .description(
      'Show a key: its rights, its limits, its times and its live secrets by their hints',
    )
    .argument('<keyId>')
    .addHelpText('after', examples('claviger keys show key_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (keyId: string, options: ApiCommandOptions) => {
      const key = await (await connect(options)).keys.get(keyId);
      await print(options.json, key, () => keyFields(key));
    });
}
