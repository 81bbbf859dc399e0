import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { printSent } from './sent.ts';

export function redeliverCommand(): Command {
  return apiCommand('redeliver')
    .description('Send a notice again, under the id it had, and wait for how it goes')
    .argument('<webhookId>')
    .argument('<deliveryId>', 'from claviger webhooks deliveries')
    .addHelpText(
      'after',
      examples('claviger webhooks redeliver whk_0PxJmZ3kVb7cQm1tYw8sLd dlv_0PxJmZ3kVb7cQm1tYw8sLd'),
    )
    .action(async (webhookId: string, deliveryId: string, options: ApiCommandOptions) => {
      const client = await connect(options);
      const { delivery } = await client.webhooks.redeliver(webhookId, deliveryId);
      await printSent(client, delivery, options.json);
    });
}
