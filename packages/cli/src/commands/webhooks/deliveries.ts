import type { Delivery } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { choice } from '../../options.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { deliveryColumns } from '../../text/webhook-text.ts';

interface DeliveriesOptions extends ApiCommandOptions, ListOptions {
  readonly status?: Delivery['status'];
  readonly type?: Delivery['type'];
}

export function deliveriesCommand(): Command {
  return withListOptions(apiCommand('deliveries'))
    .description('List what was sent to a webhook in the last 30 days, and how it went')
    .argument('<webhookId>')
    .addOption(choice('--status <status>', 'with this status', ['pending', 'delivered', 'failed']))
    .option('--type <type>', 'of this type: key.expiring, …')
    .addHelpText(
      'after',
      examples('claviger webhooks deliveries whk_0PxJmZ3kVb7cQm1tYw8sLd --status failed'),
    )
    .action(async (webhookId: string, options: DeliveriesOptions) => {
      const client = await connect(options);
      const query = {
        ...pageOf(options),
        ...given({ status: options.status, type: options.type }),
      };
      await printList(client.webhooks.deliveries(webhookId, query), options, {
        columns: deliveryColumns,
        what: 'deliveries',
      });
    });
}
