import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../../print-list.ts';
import { apiColumns } from '../../text/api-text.ts';

export function listApisCommand(): Command {
  return withListOptions(apiCommand('list'))
    .description('List the APIs whose keys are managed')
    .addHelpText('after', examples('claviger apis list', 'claviger apis list --all --json'))
    .action(async (options: ApiCommandOptions & ListOptions) => {
      const client = await connect(options);
      await printList(client.apis.list(pageOf(options)), options, {
        columns: apiColumns,
        what: 'APIs',
      });
    });
}
