import type { ClavigerClient, Key } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { keyName, keyPlace, lastUse, noteEffective } from '../../text/key-text.ts';

interface RevokeOptions extends ApiCommandOptions, ConfirmOptions {
  readonly reason?: string;
}

export function revokeKeyCommand(): Command {
  return apiCommand('revoke')
    .description('Cut off all access of a key; its record stays')
    .argument('<keyId>')
    .option('--reason <text>', 'why, for the record')
    .addOption(yes())
    .addHelpText(
      'after',
      examples(
        'claviger keys revoke key_0PxJmZ3kVb7cQm1tYw8sLd --reason "Found in a public repository"',
      ),
    )
    .action(async (keyId: string, options: RevokeOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const key = await client.keys.get(keyId);
          return `${keyName(key)} (${keyPlace(key)}) is refused everywhere from then on. ${await finality(client, key)} ${lastUse(key)}`;
        },
        question: 'Revoke it?',
      });
      const answer = await client.keys.revoke(keyId, given({ reason: options.reason }));
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Revoked ${keyName(answer.key)}: it is ${answer.key.status}.`,
      );
    });
}

/** A root key that may not read the API does not say which it is. */
async function finality(client: ClavigerClient, { apiId }: Key): Promise<string> {
  try {
    const { revocation } = await client.apis.get(apiId);
    return revocation === 'final' ? 'That is final.' : 'Enabling it restores it.';
  } catch {
    return 'That is final, unless its API says otherwise.';
  }
}
