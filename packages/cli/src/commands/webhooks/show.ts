import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { webhookFields } from '../../text/webhook-text.ts';

export function showWebhookCommand(): Command {
  return apiCommand('show')
    .description('Show a webhook')
    .argument('<webhookId>')
    .addHelpText('after', examples('claviger webhooks show whk_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (webhookId: string, options: ApiCommandOptions) => {
      const webhook = await (await connect(options)).webhooks.get(webhookId);
      await print(options.json, webhook, () => webhookFields(webhook));
    });
}
