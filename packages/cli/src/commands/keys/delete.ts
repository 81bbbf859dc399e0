import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { keyName, keyPlace, lastUse, noteEffective } from '../../text/key-text.ts';

export function deleteKeyCommand(): Command {
  return apiCommand('delete')
    .description('Delete a key for good; revoking keeps its record')
    .argument('<keyId>')
    .addOption(yes())
    .addHelpText('after', examples('claviger keys delete key_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (keyId: string, options: ApiCommandOptions & ConfirmOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const key = await client.keys.get(keyId);
          return `${keyName(key)} (${keyPlace(key)}) is gone for good and refused everywhere. Only its audit events and usage counts stay; to keep its record, revoke it. ${lastUse(key)}`;
        },
        question: 'Delete it?',
      });
      const answer = await client.keys.delete(keyId);
      noteEffective(answer.effective);
      await print(options.json, answer, () => `Deleted ${answer.id}.`);
    });
}
