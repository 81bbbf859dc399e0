import type { ClavigerClient, IdentifiedLeak } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { EXIT } from '../../exit-codes.ts';
import { batches } from '../../leaks/batches.ts';
import {
  newTally,
  scan,
  withScanOptions,
  type Found,
  type ScanOptions,
  type ScanTally,
} from '../../leaks/scan.ts';
import { note, write } from '../../output.ts';
import { paintFor } from '../../text/colors.ts';
import { plainLine } from '../../text/plain-text.ts';

interface ScanCommandOptions extends ApiCommandOptions, ScanOptions {
  readonly verify?: boolean;
}

/** A finding without its token. `key`: with --verify, null where the server knows none. */
type Shown = Omit<Found, 'token'> & { readonly key?: IdentifiedLeak | null };

/** What the server takes in one call. */
const MAX_IDENTIFIED = 100;

export function scanCommand(): Command {
  return withScanOptions(apiCommand('scan'))
    .description(
      'Look for keys in files, by their shape and checksum: needs no server and sends nothing, unless told to --verify',
    )
    .argument('[path...]', 'files and folders')
    .option('--stdin', 'look through standard input too')
    .option(
      '--verify',
      'ask the server which of them are live, and whose; needs a root key with keys:read',
    )
    .addHelpText(
      'after',
      `${examples(
        'claviger leaks scan .',
        'claviger leaks scan . --exclude "*.lock,dist" --prefix int,clv --json',
        'claviger leaks scan dist --verify',
        'git log --all -p | claviger leaks scan --stdin    # every commit there ever was',
      )}\n\nExit codes: 0 when nothing was found, 1 when something was, or could not be looked through.`,
    )
    .action(async (paths: string[], options: ScanCommandOptions) => {
      const client = options.verify === true ? await connect(options) : null;
      const tally = newTally();
      const print = options.json === true ? jsonPrinter() : linePrinter();
      let found = 0;
      const size = client === null ? 1 : MAX_IDENTIFIED;
      for await (const batch of batches(scan(paths, options, tally), size)) {
        for (const shown of await identified(client, batch)) {
          // What anyone may read is no leak.
          if (shown.key?.public !== true) found++;
          await print.add(shown);
        }
      }
      await print.end(tally);
      if (found > 0) process.exitCode = EXIT.found;
      if (tally.unreadable > 0) process.exitCode = EXIT.failed;
      if (options.json !== true) note(summary(found, tally));
    });
}

async function identified(
  client: ClavigerClient | null,
  batch: readonly Found[],
): Promise<Shown[]> {
  const shown = batch.map(({ token: _token, ...rest }) => rest);
  if (client === null) return shown;
  const { data } = await client.leaks.identify(batch.map(({ token }) => token));
  return shown.map((one, index) => ({ ...one, key: data[index] ?? null }));
}

interface Printer {
  add(found: Shown): Promise<void>;
  end(tally: ScanTally): Promise<void>;
}

const linePrinter = (): Printer => ({
  add: ({ file, line, hint, key }) =>
    write(`${plainLine(`${file}:${line}: ${hint}`)}${key === undefined ? '' : keyText(key)}\n`),
  end: async () => undefined,
});

/** Written as it comes: there may be more than fits into memory. */
function jsonPrinter(): Printer {
  let before = '{"found":[\n';
  return {
    async add(found) {
      await write(before + JSON.stringify(found));
      before = ',\n';
    },
    async end(tally) {
      const begin = before === ',\n' ? '\n]' : '{"found":[]';
      await write(`${begin},"looked":${JSON.stringify(tally)}}\n`);
    },
  };
}

/** ` live: key_… "Nightly export" of acme, interact production` */
function keyText(key: IdentifiedLeak | null): string {
  if (key === null) return ' unknown to the server';
  const live = () => paintFor(process.stdout)('red', 'live');
  const state = key.public ? 'public, no secret' : key.live ? live() : 'not live';
  const { keyId, name, organizationId, apiId, environment } = key;
  return ` ${state}: ${plainLine(`${keyId} "${name}" of ${organizationId}, ${apiId} ${environment}`)}`;
}

function summary(found: number, { files, binaries, unreadable }: ScanTally): string {
  const parts = [
    `${found === 1 ? '1 key' : `${found} keys`} in ${files === 1 ? '1 file' : `${files} files`}`,
    ...(binaries === 0 ? [] : [`${binaries} of them no text and left out (--all-files)`]),
    ...(unreadable === 0 ? [] : [`${unreadable} could not be read`]),
  ];
  return `${parts.join(', ')}.`;
}
