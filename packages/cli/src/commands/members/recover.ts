import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { jsonText, note, write } from '../../output.ts';
import { plainLine } from '../../text/plain-text.ts';

interface RecoverOptions extends ApiCommandOptions {
  readonly removeSecondFactor?: boolean;
}

export function recoverMemberCommand(): Command {
  return apiCommand('recover')
    .description(
      'Let somebody in again who lost their password; the link, shown this once, goes to standard output alone',
    )
    .argument('<email>')
    .option('--remove-second-factor', 'for somebody who lost that, too: taking the link ends it')
    .addHelpText(
      'after',
      examples(
        'claviger members recover grace@example.com',
        'claviger members recover grace@example.com --remove-second-factor',
      ),
    )
    .action(async (email: string, options: RecoverOptions) => {
      const client = await connect(options);
      const { removeSecondFactor: removesSecondFactor = false } = options;
      const made = await client.recoveries.create({ email, removesSecondFactor });
      if (options.json === true) return write(jsonText(made));
      const { recovery, link } = made;
      const also = recovery.removesSecondFactor ? ' and ends their second factor' : '';
      note(
        `Lets ${plainLine(recovery.email)} choose a new password${also}, once, until ${recovery.expiresAt}.`,
      );
      note('Hand it to nobody but them. The link, shown this once:');
      await write(`${link}\n`);
    });
}
