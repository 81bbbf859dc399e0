import type { Key, ListKeysOptions } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { given } from '../../given.ts';
import { choice, pairs, timeAgo, timeAhead } from '../../options.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { KEY_KINDS, KEY_STATUSES, keyColumns } from '../../text/key-text.ts';

type Filters = Omit<ListKeysOptions, `metadata.${string}`>;

interface ListKeysCommandOptions extends ApiCommandOptions, ListOptions {
  readonly api?: string;
  readonly organization?: string;
  readonly environment?: string;
  readonly status?: Key['status'];
  readonly kind?: Key['kind'];
  readonly permission?: string;
  readonly resource?: string;
  readonly owner?: string;
  readonly metadata?: Record<string, string>;
  readonly search?: string;
  readonly lastUsedBefore?: string;
  readonly createdBefore?: string;
  readonly expiresBefore?: string;
  readonly sort?: Exclude<Filters['sort'], undefined>;
  readonly order?: 'asc' | 'desc';
}

const SORTS = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const satisfies Filters['sort'][];

export function listKeysCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List keys, newest first; filters combine with "and"')
    .option('--api <id>', 'of this API')
    .option('--organization <id>', 'of this organization')
    .option('--environment <id>', 'of this environment')
    .addOption(choice('--status <status>', 'in this state', KEY_STATUSES))
    .addOption(choice('--kind <kind>', 'of this kind', KEY_KINDS))
    .option('--permission <id>', 'that hold it, by name or through a preset')
    .option('--resource <type:id>', 'scoped to this resource')
    .option('--owner <id>', 'that belong to this person')
    .addOption(pairs('--metadata <name=value>', 'with this in their metadata'))
    .option('--search <text>', 'with this in name, description, id, public key or hint')
    .addOption(timeAgo('--last-used-before <when>', 'not used since: a time, or 90d; or never'))
    .addOption(timeAgo('--created-before <when>', 'older than: a time, or 90d'))
    .addOption(timeAhead('--expires-before <when>', 'that expire before: a time, or 7d from now'))
    .addOption(choice('--sort <field>', 'order by (default: createdAt)', SORTS))
    .addOption(choice('--order <order>', '(default: desc)', ['asc', 'desc']))
    .addHelpText(
      'after',
      examples(
        'claviger keys list --organization acme --status active',
        'claviger keys list --api interact --last-used-before 90d --all',
        'claviger keys list --metadata plan=pro --sort name --order asc --json',
      ),
    )
    .action(async (options: ListKeysCommandOptions) => {
      const client = await connect(options);
      const listing = client.keys.list({ ...filtersOf(options), ...pageOf(options) });
      await printList(listing, options, { columns: keyColumns, what: 'keys' });
    });
}

function filtersOf(options: ListKeysCommandOptions): ListKeysOptions {
  const { environment, status, kind, permission, resource, sort, order } = options;
  const { lastUsedBefore, createdBefore, expiresBefore } = options;
  const metadata = Object.entries(options.metadata ?? {}).map(
    ([name, value]) => [`metadata.${name}`, value] as const,
  );
  return {
    ...given({
      apiId: options.api,
      organizationId: options.organization,
      environment,
      status,
      kind,
      permission,
      resource,
      ownerId: options.owner,
      q: options.search,
      lastUsedBefore,
      createdBefore,
      expiresBefore,
      sort,
      order,
    }),
    ...(Object.fromEntries(metadata) as Record<`metadata.${string}`, string>),
  };
}
