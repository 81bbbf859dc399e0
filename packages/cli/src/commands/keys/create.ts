import type { CreateKeyInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { choice, list, orNever, pairs, resources, secretFile, timeAhead } from '../../options.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { noteNewSecret } from './new-secret.ts';

interface CreateOptions extends ApiCommandOptions, SecretOptions {
  readonly api: string;
  readonly organization: string;
  readonly name: string;
  readonly environment?: string;
  readonly kind?: 'secret' | 'pair';
  readonly permission?: string[];
  readonly preset?: string;
  readonly description?: string;
  readonly expires?: string;
  readonly notBefore?: string;
  readonly owner?: string;
  readonly resource?: Record<string, string[]>;
  readonly metadata?: Record<string, string>;
}

export function createKeyCommand(): Command {
  return apiCommand('create')
    .description('Create a key; its secret, shown this once, goes to standard output alone')
    .requiredOption('--api <id>', 'the API it is for')
    .requiredOption('--organization <id>', 'the organization that owns it')
    .requiredOption('--name <name>', 'what uses it, and where')
    .addOption(list('--permission <id>', 'what it may do'))
    .option('--preset <id>', 'a preset of the API, instead of or beside permissions')
    .option('--environment <id>', 'one of the API’s (default: its first)')
    .addOption(choice('--kind <kind>', 'one secret, or a pair of halves', ['secret', 'pair']))
    .addOption(
      timeAhead('--expires <when>', 'the end of its life: a time, 90d, or never', true).default(
        undefined,
        'as the API says',
      ),
    )
    .addOption(timeAhead('--not-before <when>', 'not valid before: a time, or 12h'))
    .option('--owner <id>', 'the person it belongs to')
    .addOption(resources('--resource <type:id>', 'restrict it to this resource'))
    .addOption(pairs('--metadata <name=value>', 'what to remember with it'))
    .option('--description <text>', 'what else is good to know')
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger keys create --api interact --organization acme --name "Production scheduler" --permission agent_jobs_read > scheduler.key',
        'claviger keys create --api interact --organization acme --name "Zapier" --preset read-only --expires 90d --secret-file zapier.key',
      ),
    )
    .action(async (options: CreateOptions) => {
      const client = await connect(options);
      await deliverSecret(
        options,
        () => client.keys.create(bodyOf(options)),
        noteNewSecret('Created'),
      );
    });
}

function bodyOf(options: CreateOptions): CreateKeyInput {
  const { environment, kind, preset, description, notBefore, metadata } = options;
  return {
    apiId: options.api,
    organizationId: options.organization,
    name: options.name,
    ...given({
      environment,
      kind,
      permissions: options.permission,
      preset,
      description,
      expiresAt: orNever(options.expires),
      notBefore,
      ownerId: options.owner,
      resources: options.resource,
      metadata,
    }),
  };
}
