import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { Failure } from '../../failure.ts';
import { given } from '../../given.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { keyName, lastUse, noteEffective } from '../../text/key-text.ts';

interface RevokeOptions extends ApiCommandOptions, ConfirmOptions {
  readonly reason?: string;
}

export function revokeRootKeyCommand(): Command {
  return apiCommand('revoke')
    .description('Cut off a root key for good')
    .argument('<keyId>')
    .option('--reason <text>', 'why, for the record')
    .addOption(yes())
    .addHelpText('after', examples('claviger root-keys revoke key_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (keyId: string, options: RevokeOptions) => {
      const client = await connect(options);
      const key = await client.keys.get(keyId);
      if (key.apiId !== 'claviger') {
        throw new Failure(
          `${keyName(key)} is no root key. Revoke it with: claviger keys revoke ${keyId}`,
        );
      }
      await confirm(options, {
        consequence: async () => {
          const own = (await client.me()).id === keyId ? ' It is the key you present now.' : '';
          return `The root key ${keyName(key)} is refused from then on: whatever backend presents it can issue, verify and manage nothing any more. That is final.${own} ${lastUse(key)}`;
        },
        question: 'Revoke it?',
      });
      const answer = await client.keys.revoke(keyId, given({ reason: options.reason }));
      noteEffective(answer.effective);
      await print(options.json, answer, () => `Revoked the root key ${keyName(answer.key)}.`);
    });
}
