import { setTimeout as delay } from 'node:timers/promises';
import { ClavigerClient, ClavigerError, type ReportLeaksInput } from '@claviger/sdk';
import { Option, type Command } from 'commander';
import { examples, jsonCommand } from '../../api-command.ts';
import { serverUrl, urlOption, type ConnectionOptions } from '../../connection.ts';
import { given } from '../../given.ts';
import { batches } from '../../leaks/batches.ts';
import { newTally, scan, withScanOptions, type Found, type ScanOptions } from '../../leaks/scan.ts';
import { note, print } from '../../output.ts';

interface ReportOptions extends Pick<ConnectionOptions, 'url'>, ScanOptions {
  readonly json?: boolean;
  readonly foundAt?: string;
  readonly source?: string;
  readonly note?: string;
}

/** Half of what the server takes from one address in a minute. */
const AT_ONCE = 60;

export function reportCommand(): Command {
  return withScanOptions(jsonCommand('report'))
    .description(
      'Report the keys in files to the server that may have issued them; anyone may, without a key',
    )
    .argument('<path...>', 'files and folders, - for standard input')
    .addOption(new Option('--found-at <address>', 'where they were found, for who owns them'))
    .addOption(new Option('--source <text>', 'what found them, or where: "scan of our image"'))
    .addOption(new Option('--note <text>', 'anything else that who owns them should know'))
    .addOption(urlOption())
    .addHelpText(
      'after',
      examples(
        'claviger leaks report dump.txt --found-at https://example.com/paste/42',
        'claviger leaks report - --source "paste site" < dump.txt',
      ),
    )
    .action(async (paths: string[], options: ReportOptions) => {
      const client = new ClavigerClient({ baseUrl: serverUrl(options) });
      const { foundAt: url, source, note: text } = options;
      const said = given({ url, source, note: text });
      const files = paths.filter((path) => path !== '-');
      const found = scan(files, { ...options, stdin: files.length < paths.length }, newTally());
      let received = 0;
      for await (const batch of batches(withoutRepeats(found), AT_ONCE)) {
        const tokens = batch.map(({ token }) => token);
        received += await send(client, { tokens, ...said });
      }
      await print(options.json, { received }, () => reportText(received));
    });
}

/** Each token once. Those that were found are kept: they are few in any file that people write. */
async function* withoutRepeats(groups: AsyncIterable<readonly Found[]>) {
  const seen = new Set<string>();
  for await (const group of groups) {
    const fresh = group.filter(({ token }) => !seen.has(token));
    for (const { token } of fresh) seen.add(token);
    yield [...new Map(fresh.map((each) => [each.token, each])).values()];
  }
}

/** The server takes so much from anyone in a minute, and says when it takes more. */
async function send(client: ClavigerClient, body: ReportLeaksInput): Promise<number> {
  for (;;) {
    try {
      return (await client.leaks.report(body)).received;
    } catch (error) {
      if (!(error instanceof ClavigerError) || error.code !== 'RATE_LIMITED') throw error;
      const seconds = Math.ceil(error.retryAfterSeconds ?? 60);
      note(`The server takes more in ${seconds} seconds; waiting.`);
      await delay(seconds * 1_000);
    }
  }
}

function reportText(received: number): string {
  if (received === 0) return 'No key was found, so there is nothing to report.';
  const keys = received === 1 ? '1 key' : `${received} keys`;
  return `Reported ${keys}. Whether they were issued there, only who owns them is told.`;
}
