import type { Key } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { keyColumns } from '../../text/key-text.ts';
import type { Column } from '../../text/table.ts';

const boundTo: Column<Key> = {
  heading: 'BOUND TO',
  text: ({ resources }) =>
    Object.entries(resources)
      .map(([type, ids]) => `${type} ${ids.join(', ')}`)
      .join('; ') || 'nothing',
  minWidth: 8,
  expendable: 3,
};

/** Those that tell nothing of a root key are left out. */
const columns = [
  ...keyColumns.filter(({ heading }) => !['API', 'ORGANIZATION', 'ENVIRONMENT'].includes(heading)),
  boundTo,
];

export function listRootKeysCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List root keys')
    .addHelpText('after', examples('claviger root-keys list'))
    .action(async (options: ApiCommandOptions & ListOptions) => {
      const client = await connect(options);
      const listing = client.keys.list({ apiId: 'claviger', ...pageOf(options) });
      await printList(listing, options, { columns, what: 'root keys' });
    });
}
