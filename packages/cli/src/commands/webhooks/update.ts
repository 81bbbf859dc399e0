import type { PatchWebhook } from '@claviger/sdk';
import { Option, type Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { wronglyCalled } from '../../failure.ts';
import { given } from '../../given.ts';
import { list } from '../../options.ts';
import { print } from '../../output.ts';
import { webhookFields } from '../../text/webhook-text.ts';

interface UpdateOptions extends ApiCommandOptions {
  readonly to?: string;
  readonly event?: string[];
  readonly description?: string;
  readonly on?: boolean;
  readonly off?: boolean;
}

export function updateWebhookCommand(): Command {
  return apiCommand('update')
    .description('Change a webhook, or switch it off and on')
    .argument('<webhookId>')
    .option('--to <address>', 'where it sends to')
    .addOption(list('--event <type>', 'what it tells, instead of what it told; "*" is everything'))
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--on', 'switch it on').conflicts('off'))
    .addOption(new Option('--off', 'switch it off: nothing is sent'))
    .addHelpText(
      'after',
      examples(
        'claviger webhooks update whk_0PxJmZ3kVb7cQm1tYw8sLd --event key.leaked,key.revoked',
        'claviger webhooks update whk_0PxJmZ3kVb7cQm1tYw8sLd --on',
      ),
    )
    .action(async (webhookId: string, options: UpdateOptions) => {
      const body = bodyOf(options);
      if (Object.keys(body).length === 0) {
        throw wronglyCalled('There is nothing to change: give at least one option.');
      }
      const { webhook } = await (await connect(options)).webhooks.update(webhookId, body);
      await print(options.json, { webhook }, () => webhookFields(webhook));
    });
}

function bodyOf({ to: url, event, description, on, off }: UpdateOptions): PatchWebhook {
  const enabled = on === true ? true : off === true ? false : undefined;
  return given({ url, description, enabled, events: event as PatchWebhook['events'] });
}
