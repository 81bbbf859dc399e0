import type { CreateWebhookInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { list, secretFile } from '../../options.ts';
import { note, print } from '../../output.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { webhookFields, webhookName } from '../../text/webhook-text.ts';

interface CreateOptions extends ApiCommandOptions, SecretOptions {
  readonly to: string;
  readonly event?: string[];
  readonly api?: string;
  readonly organization?: string;
  readonly environment?: string;
  readonly description?: string;
}

export function createWebhookCommand(): Command {
  return apiCommand('create')
    .description(
      'Create a webhook; its signing secret, shown this once, goes to standard output alone',
    )
    .requiredOption('--to <address>', 'https://… or mailto:ops@example.com')
    .addOption(list('--event <type>', 'what to tell: key.expiring, … (default: everything)'))
    .option('--api <id>', 'only about keys of this API')
    .option('--organization <id>', 'only about keys of this organization')
    .option('--environment <id>', 'only about keys of this environment')
    .option('--description <text>', 'what it is for')
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger webhooks create --to https://hooks.example.com/claviger --organization acme > webhook.secret',
        'claviger webhooks create --to mailto:ops@example.com --event key.expiring,key.expired,key.leaked',
      ),
    )
    .action(async (options: CreateOptions) => {
      const client = await connect(options);
      const create = () => client.webhooks.create(bodyOf(options));
      if (options.to.startsWith('mailto:')) {
        // E-mail is not signed: there is no secret to hand over.
        const answer = await create();
        return print(options.json, answer, () => webhookFields(answer.webhook));
      }
      await deliverSecret(options, create, ({ webhook }) => {
        note(`Created the webhook ${webhookName(webhook)}.`);
      });
    });
}

function bodyOf(options: CreateOptions): CreateWebhookInput {
  const { to: url, environment, description } = options;
  return {
    url,
    ...given({
      events: options.event as CreateWebhookInput['events'],
      apiId: options.api,
      organizationId: options.organization,
      environment,
      description,
    }),
  };
}
