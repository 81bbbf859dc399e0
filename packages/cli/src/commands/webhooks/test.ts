import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { printSent } from './sent.ts';

export function testWebhookCommand(): Command {
  return apiCommand('test')
    .description('Send a test notice to a webhook and wait for how it goes')
    .argument('<webhookId>')
    .addHelpText('after', examples('claviger webhooks test whk_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (webhookId: string, options: ApiCommandOptions) => {
      const client = await connect(options);
      const { delivery } = await client.webhooks.test(webhookId);
      await printSent(client, delivery, options.json);
    });
}
