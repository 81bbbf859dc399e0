import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { logFields } from '../../text/log-text.ts';

export function showLogCommand(): Command {
  return apiCommand('show')
    .description('Show a verification: what was asked, what came of it, where it came from')
    .argument('<logId>')
    .addHelpText('after', examples('claviger logs show log_0PxJmZ3kVb7cQm1tYw8sLd0a'))
    .action(async (logId: string, options: ApiCommandOptions) => {
      const entry = await (await connect(options)).logs.get(logId);
      await print(options.json, entry, () => logFields(entry));
    });
}
