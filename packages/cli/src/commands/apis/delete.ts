import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { apiName } from '../../text/api-text.ts';
import { noteEffective } from '../../text/key-text.ts';

export function deleteApiCommand(): Command {
  return apiCommand('delete')
    .description('Delete an API; refused while it has keys')
    .argument('<apiId>')
    .addOption(yes())
    .addHelpText('after', examples('claviger apis delete interact'))
    .action(async (apiId: string, options: ApiCommandOptions & ConfirmOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () =>
          `${apiName(await client.apis.get(apiId))} is gone for good, its definition with it; only its audit events stay. The server refuses this while it has keys, so no key is lost.`,
        question: 'Delete it?',
      });
      const answer = await client.apis.delete(apiId);
      noteEffective(answer.effective);
      await print(options.json, answer, () => `Deleted ${answer.id}.`);
    });
}
