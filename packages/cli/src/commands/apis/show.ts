import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { apiFields } from '../../text/api-text.ts';

export function showApiCommand(): Command {
  return apiCommand('show')
    .description('Show the definition of an API')
    .argument('<apiId>')
    .addHelpText(
      'after',
      examples(
        'claviger apis show interact',
        'claviger apis show interact --json > interact.json    # to be edited and applied',
      ),
    )
    .action(async (apiId: string, options: ApiCommandOptions) => {
      const api = await (await connect(options)).apis.get(apiId);
      await print(options.json, api, () => apiFields(api));
    });
}
