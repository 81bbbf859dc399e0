import type { CreateKeyInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect, keySource } from '../../connection.ts';
import { wronglyCalled } from '../../failure.ts';
import { given } from '../../given.ts';
import { list, secretFile, timeAhead } from '../../options.ts';
import { deliverSecret, type SecretOptions } from '../../secret-output.ts';
import { noteNewSecret } from '../keys/new-secret.ts';

interface CreateOptions extends ApiCommandOptions, SecretOptions {
  readonly name: string;
  readonly permission?: string[];
  readonly expires?: string;
  readonly api?: string[];
  readonly organization?: string[];
  readonly environment?: string[];
}

const WAYS_HELP = `
Over the API when a root key is given. Without CLAVIGER_ROOT_KEY and --key-file it is made straight in
the database of CLAVIGER_DATABASE_URL, which works beside a running server: the way back when every
root key is lost.`;

export function createRootKeyCommand(): Command {
  return apiCommand('create')
    .description('Create a root key; it, shown this once, goes to standard output alone')
    .requiredOption('--name <name>', 'who or what will use it')
    .addOption(list('--permission <id>', 'only these permissions (default: all)'))
    .addOption(list('--api <id>', 'bind it to these APIs'))
    .addOption(list('--organization <id>', 'bind it to these organizations'))
    .addOption(list('--environment <id>', 'bind it to these environments'))
    .addOption(
      timeAhead('--expires <when>', 'the end of its life: a time, or 90d (default: never)'),
    )
    .addOption(secretFile())
    .addHelpText('after', WAYS_HELP)
    .addHelpText(
      'after',
      examples(
        'claviger root-keys create --name "Backend production" --secret-file root.key',
        'claviger root-keys create --name "Gateway" --permission keys:verify --api interact > gateway.key',
      ),
    )
    .action(async (options: CreateOptions) => {
      const issue = keySource(options) === null ? inDatabase : overApi;
      await deliverSecret(options, () => issue(options), noteNewSecret('Created the root key'));
    });
}

const rightsOf = ({
  name,
  permission,
  expires,
  api,
  organization,
  environment,
}: CreateOptions) => ({
  name,
  ...given({ permissions: permission, expiresAt: expires }),
  resources: given({ api, organization, environment }) as Record<string, string[]>,
});

async function overApi(options: CreateOptions) {
  const client = await connect(options);
  const body: CreateKeyInput = {
    apiId: 'claviger',
    organizationId: 'claviger',
    ...(options.permission === undefined && { preset: 'full-access' }),
    ...rightsOf(options),
  };
  return client.keys.create(body);
}

/** For whoever holds the machine and has no root key, or none any more. */
async function inDatabase(options: CreateOptions) {
  if (options.url !== undefined) {
    throw wronglyCalled('--url needs a root key: set CLAVIGER_ROOT_KEY, or give --key-file.');
  }
  const { createRootKey, ensureBuiltIns } = await import('@claviger/core');
  const { createLog, openClaviger, readConfig } = await import('@claviger/server');
  const config = readConfig(process.env);
  const { storage, claviger } = await openClaviger(config, createLog(config, process.stderr));
  try {
    await ensureBuiltIns(claviger);
    return await createRootKey(claviger, rightsOf(options), 'claviger root-keys create');
  } finally {
    await storage.close();
  }
}
