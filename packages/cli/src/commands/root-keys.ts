import { createRootKey, ensureBuiltIns } from '@claviger/core';
import { createLog, openClaviger, readConfig } from '@claviger/server';
import { Command } from 'commander';

interface CreateOptions {
  readonly name: string;
  readonly permission?: string[];
  readonly api?: string[];
  readonly organization?: string[];
  readonly environment?: string[];
}

export function rootKeysCommand(): Command {
  const create = new Command('create')
    .description('Create a root key, straight in the database; works beside a running server')
    .requiredOption('--name <name>', 'who or what will use it')
    .option('--permission <id...>', 'only these permissions (default: all)')
    .option('--api <id...>', 'bind it to these APIs')
    .option('--organization <id...>', 'bind it to these organizations')
    .option('--environment <id...>', 'bind it to these environments')
    .addHelpText(
      'after',
      '\nExamples:\n  claviger root-keys create --name "Backend production"\n  claviger root-keys create --name "Gateway" --permission keys:verify --api interact',
    )
    .action(createAction);
  return new Command('root-keys').description('Manage root keys').addCommand(create);
}

async function createAction({ name, permission, ...bound }: CreateOptions): Promise<void> {
  const config = readConfig(process.env);
  const { storage, claviger } = await openClaviger(config, createLog(config, process.stderr));
  try {
    await ensureBuiltIns(claviger);
    const resources = Object.fromEntries(
      Object.entries(bound).filter((entry): entry is [string, string[]] => Array.isArray(entry[1])),
    );
    const { key, secret } = await createRootKey(
      claviger,
      { name, resources, ...(permission && { permissions: permission }) },
      'claviger root-keys create',
    );
    process.stderr.write(`Root key ${key.id} "${key.name}", shown this once:\n`);
    process.stdout.write(`${secret}\n`);
  } finally {
    await storage.close();
  }
}
