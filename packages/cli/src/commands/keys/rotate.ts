import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { duration, secretFile } from '../../options.ts';
import { note } from '../../output.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { fullTime } from '../../text/times.ts';
import { noteNewSecret } from './new-secret.ts';

interface RotateOptions extends ApiCommandOptions, SecretOptions {
  readonly overlap?: number;
}

export function rotateKeyCommand(): Command {
  return apiCommand('rotate')
    .description('Give a key a new secret; those it has stay valid until the overlap ends')
    .argument('<keyId>')
    .addOption(
      duration(
        '--overlap <duration>',
        'how long the old secrets work: 30m, 24h, 7d (default: 24h)',
      ),
    )
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger keys rotate key_0PxJmZ3kVb7cQm1tYw8sLd --overlap 7d > new.key',
        'claviger keys show key_0PxJmZ3kVb7cQm1tYw8sLd    # who still uses the old one?',
      ),
    )
    .action(async (keyId: string, options: RotateOptions) => {
      const client = await connect(options);
      const body = given({ overlapSeconds: options.overlap });
      await deliverSecret(
        options,
        () => client.keys.rotate(keyId, body),
        (answer) => {
          const replaced = answer.key.secrets.find(({ expiresAt }) => expiresAt !== null);
          note(
            replaced?.expiresAt
              ? `The secret ${replaced.hint} goes on working; it ends ${fullTime(replaced.expiresAt)}.`
              : 'No other secret works any more.',
          );
          noteNewSecret('Rotated')(answer);
        },
      );
    });
}
