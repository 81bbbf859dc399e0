import type { ClavigerClient, ImportFailure, ImportKeyInput, KeysImported } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { EXIT } from '../../exit-codes.ts';
import { readEntries } from '../../import/import-file.ts';
import { jsonText, note, write } from '../../output.ts';
import { startProgress } from '../../print-list.ts';
import { noteEffective, numberOfKeys } from '../../text/key-text.ts';
import { table, type Column } from '../../text/table.ts';

export function importKeysCommand(): Command {
  return apiCommand('import')
    .description('Import keys issued elsewhere from their hashes; exit code 1 when any failed')
    .argument('<file>', 'entries, one JSON object a line or one array; - reads standard input')
    .addHelpText(
      'after',
      examples(
        'claviger keys import keys.ndjson',
        'claviger keys import keys.json --json > imported.json',
        'claviger keys import - --key-file root.key',
      ),
    )
    .action(importAction);
}

async function importAction(file: string, options: ApiCommandOptions): Promise<void> {
  const client = await connect(options);
  const answer = await importFile(client, file, options);
  noteEffective(answer.effective);
  if (options.json === true) await write(jsonText(answer));
  else await show(answer);
  if (answer.failed.length > 0) process.exitCode = EXIT.failed;
}

/** As the API answers one document; the places are those of the file, from 0. */
async function importFile(
  client: ClavigerClient,
  file: string,
  { json }: ApiCommandOptions,
): Promise<KeysImported> {
  const keys: KeysImported['keys'] = [];
  const failed: ImportFailure[] = [];
  const indexes: number[] = [];
  async function* entries(): AsyncGenerator<ImportKeyInput> {
    for await (const { place, entry } of readEntries(file)) {
      if (entry === undefined) failed.push(notJson(place - 1));
      else {
        indexes.push(place - 1);
        yield entry as ImportKeyInput;
      }
    }
  }
  const progress = startProgress('keys', process.stderr.isTTY && !(json && process.stdout.isTTY));
  try {
    for await (const line of client.keys.import(entries())) {
      if ('imported' in line) {
        return {
          imported: line.imported,
          failed: inOrder(failed),
          keys,
          effective: line.effective,
        };
      }
      progress.add();
      const index = indexes[line.index] ?? line.index;
      if ('id' in line) keys.push({ ...line, index });
      else failed.push({ ...line, index });
    }
  } finally {
    progress.end();
  }
  throw new Error('the client ends with a summary or throws');
}

const inOrder = (failed: readonly ImportFailure[]): ImportFailure[] =>
  failed.toSorted((a, b) => a.index - b.index);

const notJson = (index: number): ImportFailure => ({
  index,
  code: 'MALFORMED_JSON',
  message: 'This is not JSON. Write each key as one JSON object on a line of its own.',
});

const columns: readonly Column<ImportFailure>[] = [
  { heading: 'ENTRY', text: ({ index }) => String(index + 1) },
  { heading: 'CODE', text: ({ code }) => code },
  { heading: 'WHAT TO DO', text: ({ message }) => message, minWidth: 40 },
];

async function show({ imported, failed }: KeysImported): Promise<void> {
  if (failed.length > 0) await write(`${table(columns, failed)}\n`);
  note(`Imported ${numberOfKeys(imported)}; ${failed.length.toLocaleString('en')} failed.`);
}
