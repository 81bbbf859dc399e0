import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import { connect } from '../connection.ts';
import { print } from '../output.ts';
import { keyFields } from '../text/key-text.ts';

export function meCommand(): Command {
  return apiCommand('me')
    .description(
      'Show the key that is presented, as it describes itself; any key, not only a root key',
    )
    .addHelpText('after', examples('claviger me', 'claviger me --key-file scheduler.key --json'))
    .action(async (options: ApiCommandOptions) => {
      const key = await (await connect(options)).me();
      await print(options.json, key, () => keyFields(key));
    });
}
