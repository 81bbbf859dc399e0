import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { webhookName } from '../../text/webhook-text.ts';

export function deleteWebhookCommand(): Command {
  return apiCommand('delete')
    .description('Delete a webhook, with the record of what was sent to it')
    .argument('<webhookId>')
    .addOption(yes())
    .addHelpText('after', examples('claviger webhooks delete whk_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (webhookId: string, options: ApiCommandOptions & ConfirmOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const webhook = await client.webhooks.get(webhookId);
          return `${webhookName(webhook)} is told nothing any more, what waits to be sent included.`;
        },
        question: 'Delete it?',
      });
      const answer = await client.webhooks.delete(webhookId);
      await print(options.json, answer, () => `Deleted ${answer.id}.`);
    });
}
