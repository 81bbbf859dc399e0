import type { InsightKind } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import { connect } from '../connection.ts';
import { given } from '../given.ts';
import { choice, count } from '../options.ts';
import { note, write } from '../output.ts';
import { pageOf, printList, withListOptions, type ListOptions } from '../print-list.ts';
import { INSIGHT_KINDS, insightsText } from '../text/insight-text.ts';
import { DAY_MS, durationText } from '../text/times.ts';

interface InsightsOptions extends ApiCommandOptions, ListOptions {
  readonly api?: string;
  readonly organization?: string;
  readonly environment?: string;
  readonly key?: string;
  readonly kind?: InsightKind;
  readonly days?: number;
}

const DEFAULT_DAYS = 30;

export function insightsCommand(): Command {
  return withListOptions(apiCommand('insights'))
    .description('List what should be looked at, each with the command that ends it')
    .option('--api <id>', 'of this API')
    .option('--organization <id>', 'of this organization')
    .option('--environment <id>', 'of this environment')
    .option('--key <keyId>', 'of this key')
    .addOption(choice('--kind <kind>', 'of this kind', INSIGHT_KINDS))
    .addOption(
      count('--days <n>', 'how long unused, and how far back to look, 1 to 365 (default: 30)'),
    )
    .addHelpText(
      'after',
      examples(
        'claviger insights --organization acme',
        'claviger insights --kind UNUSED_KEY --days 90 --all',
        'claviger insights --key key_0PxJmZ3kVb7cQm1tYw8sLd --json',
      ),
    )
    .action(async (options: InsightsOptions) => {
      const client = await connect(options);
      const query = { ...filtersOf(options), ...pageOf(options) };
      const listing = client.insights.list(query);
      if (options.json === true) {
        return printList(listing, options, { columns: [], what: 'findings' });
      }
      const page = await listing;
      const findings = page.data;
      if (options.all === true && page.nextCursor !== null) {
        const others = client.insights.list({ ...query, cursor: page.nextCursor });
        for await (const finding of others) findings.push(finding);
      }
      if (findings.length === 0) note('Nothing was found.');
      else await write(`${insightsText(findings)}\n`);
      noteWhatIsNotKnown(page.observedSince, options.days ?? DEFAULT_DAYS);
      if (options.all !== true && page.nextCursor !== null) {
        note('There may be more: --all looks at every key.');
      }
    });
}

function filtersOf({ api, organization, environment, key, kind, days }: InsightsOptions) {
  const place = { apiId: api, organizationId: organization, environment, keyId: key };
  return given({ ...place, kind, days });
}

/** Silence about permissions means nothing while nobody has watched long enough. */
function noteWhatIsNotKnown(observedSince: string | null, days: number): void {
  if (observedSince === null) {
    note('Request logs are off: only names, expiry and last uses were looked at.');
  } else if (Date.parse(observedSince) > Date.now() - days * DAY_MS) {
    note(
      `Request logs have been watched since ${observedSince} only: permissions that nobody uses are found after ${durationText(days * 86_400)}.`,
    );
  }
}
