import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { duration, secretFile } from '../../options.ts';
import { note } from '../../output.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { fullTime } from '../../text/times.ts';
import { webhookName } from '../../text/webhook-text.ts';

interface RotateOptions extends ApiCommandOptions, SecretOptions {
  readonly overlap?: number;
}

export function rotateWebhookSecretCommand(): Command {
  return apiCommand('rotate-secret')
    .description('Give a webhook a new signing secret; both sign until the overlap ends')
    .argument('<webhookId>')
    .addOption(
      duration('--overlap <duration>', 'how long the old one signs: 30m, 24h, 7d (default: 24h)'),
    )
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger webhooks rotate-secret whk_0PxJmZ3kVb7cQm1tYw8sLd --overlap 7d > webhook.secret',
      ),
    )
    .action(async (webhookId: string, options: RotateOptions) => {
      const client = await connect(options);
      const body = given({ overlapSeconds: options.overlap });
      await deliverSecret(
        options,
        () => client.webhooks.rotateSecret(webhookId, body),
        ({ webhook }) => {
          const { oldSecretExpiresAt } = webhook;
          note(`Rotated the secret of ${webhookName(webhook)}.`);
          note(
            oldSecretExpiresAt === null
              ? 'The old one does not sign any more.'
              : `The old one signs as well; that ends ${fullTime(oldSecretExpiresAt)}.`,
          );
        },
      );
    });
}
