import type { CreateKeyInput, Key } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { choice, list, orNever, pairs, resources, secretFile, timeAhead } from '../../options.ts';
import { credits, rateLimits } from '../../limit-options.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { KEY_KINDS } from '../../text/key-text.ts';
import { noteNewSecret } from './new-secret.ts';

interface CreateOptions extends ApiCommandOptions, SecretOptions {
  readonly api: string;
  readonly organization: string;
  readonly name: string;
  readonly environment?: string;
  readonly kind?: Key['kind'];
  readonly permission?: string[];
  readonly preset?: string;
  readonly description?: string;
  readonly expires?: string;
  readonly notBefore?: string;
  readonly owner?: string;
  readonly resource?: Record<string, string[]>;
  readonly origin?: string[];
  readonly ip?: string[];
  readonly rateLimit?: Key['rateLimits'];
  readonly credits?: NonNullable<Key['credits']>;
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
    .addOption(
      choice(
        '--kind <kind>',
        'one secret, one key that may stand in a web page, or a pair of a public and a secret half',
        KEY_KINDS,
      ),
    )
    .addOption(
      timeAhead('--expires <when>', 'the end of its life: a time, 90d, or never', true).default(
        undefined,
        'as the API says',
      ),
    )
    .addOption(timeAhead('--not-before <when>', 'not valid before: a time, or 12h'))
    .option('--owner <id>', 'the person it belongs to')
    .addOption(resources('--resource <type:id>', 'restrict it to this resource'))
    .addOption(
      list('--origin <origin>', 'where a publishable key or a pair may be used from: example.com'),
    )
    .addOption(list('--ip <address>', 'where it may be used from: an address or a CIDR block'))
    .addOption(
      rateLimits(
        '--rate-limit <name=limit/duration>',
        'its own limit: read=60/1m or read=60/1m:read',
      ),
    )
    .addOption(credits('--credits <amount>', 'its quota: 1000, or refilled 1000/day or 1000/month'))
    .addOption(pairs('--metadata <name=value>', 'what to remember with it'))
    .option('--description <text>', 'what else is good to know')
    .addOption(secretFile())
    .addHelpText(
      'after',
      examples(
        'claviger keys create --api interact --organization acme --name "Production scheduler" --permission agent_jobs_read > scheduler.key',
        'claviger keys create --api interact --organization acme --name "Zapier" --permission agent_jobs_read --expires 90d --secret-file zapier.key',
        'claviger keys create --api interlocute --organization acme --name "Chat on our site" --kind publishable --permission chat:send --origin example.com,*.example.com',
        'claviger keys create --api interact --organization acme --name "Reports" --permission agent_jobs_read --ip 203.0.113.0/24 --rate-limit all=600/1m --credits 10000/month > reports.key',
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
      allowedOrigins: options.origin,
      allowedIps: options.ip,
      rateLimits: options.rateLimit,
      credits: options.credits,
      metadata,
    }),
  };
}
