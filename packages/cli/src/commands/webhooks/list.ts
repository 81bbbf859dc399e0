import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { webhookColumns } from '../../text/webhook-text.ts';

interface ListWebhooksOptions extends ApiCommandOptions, ListOptions {
  readonly api?: string;
  readonly organization?: string;
}

export function listWebhooksCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List webhooks, newest first')
    .option('--api <id>', 'of this API')
    .option('--organization <id>', 'of this organization')
    .addHelpText('after', examples('claviger webhooks list --organization acme'))
    .action(async (options: ListWebhooksOptions) => {
      const client = await connect(options);
      const place = given({ apiId: options.api, organizationId: options.organization });
      await printList(client.webhooks.list({ ...pageOf(options), ...place }), options, {
        columns: webhookColumns,
        what: 'webhooks',
      });
    });
}
