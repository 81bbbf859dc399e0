import type { UsageDimension, UsageInterval, UsageRow, VerificationCode } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import { connect } from '../connection.ts';
import { given } from '../given.ts';
import { choice, list, timeAgo } from '../options.ts';
import { note, print } from '../output.ts';
import { table } from '../text/table.ts';
import { usageColumns } from '../text/usage-text.ts';

interface UsageCommandOptions extends ApiCommandOptions {
  readonly api?: string;
  readonly organization?: string;
  readonly environment?: string;
  readonly key?: string;
  readonly code?: string;
  readonly from?: string;
  readonly to?: string;
  readonly interval?: UsageInterval;
  readonly groupBy?: readonly string[];
}

const INTERVALS = ['hour', 'day', 'month'] as const satisfies UsageInterval[];

export function usageCommand(): Command {
  return apiCommand('usage')
    .description('Count verifications by hour, day or month (UTC), and by what was decided')
    .option('--api <id>', 'of this API')
    .option('--organization <id>', 'of this organization')
    .option('--environment <id>', 'of this environment')
    .option('--key <keyId>', 'of this key')
    .option('--code <code>', 'with this outcome: VALID, RATE_LIMITED, …')
    .addOption(timeAgo('--from <when>', 'a time, or 7d ago (default: 24h, 30d or 12 months)'))
    .addOption(timeAgo('--to <when>', 'a time, or 1d ago (default: now)'))
    .addOption(choice('--interval <interval>', '(default: hour)', INTERVALS))
    .addOption(
      list(
        '--group-by <field>',
        'code, keyId, apiId, organizationId, environment, or none (default: code)',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'claviger usage --organization acme --interval day --group-by code',
        'claviger usage --api interact --from 7d --interval day --group-by keyId,code',
        'claviger usage --key key_0PxJmZ3kVb7cQm1tYw8sLd --interval month --group-by none --json',
      ),
    )
    .action(async (options: UsageCommandOptions) => {
      const client = await connect(options);
      const answer = await client.usage.query(queryOf(options));
      if (options.json !== true && answer.data.length === 0) {
        return note(`Nothing was verified from ${answer.from} to ${answer.to}.`);
      }
      await print(options.json, answer, () => render(answer.data, options));
    });
}

function queryOf(options: UsageCommandOptions) {
  const { organization, environment, from, to, interval, groupBy } = options;
  return given({
    apiId: options.api,
    organizationId: organization,
    environment,
    keyId: options.key,
    // Unknown ones are refused by the server, which names those there are.
    code: options.code as VerificationCode | undefined,
    from,
    to,
    interval,
    groupBy: groupBy?.filter((name) => name !== 'none') as UsageDimension[] | undefined,
  });
}

const render = (rows: readonly UsageRow[], { interval = 'hour' }: UsageCommandOptions): string =>
  table(usageColumns(rows, interval), rows);
