import type { BulkKeysInput, ClavigerClient, Key, KeysTouched } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../../confirm.ts';
import { connect } from '../../../connection.ts';
import { EXIT } from '../../../exit-codes.ts';
import { wronglyCalled } from '../../../failure.ts';
import { given } from '../../../given.ts';
import { choice, pairs, timeAgo, timeAhead, yes } from '../../../options.ts';
import { note, print } from '../../../output.ts';
import { KEY_KINDS, KEY_STATUSES, noteEffective, numberOfKeys } from '../../../text/key-text.ts';
import { bulkText, noteFailures } from './bulk-text.ts';

interface BulkOptions extends ApiCommandOptions, ConfirmOptions {
  readonly owner?: string;
  readonly organization?: string;
  readonly api?: string;
  readonly environment?: string;
  readonly permission?: string;
  readonly resource?: string;
  readonly metadata?: Record<string, string>;
  readonly status?: Key['status'];
  readonly kind?: Key['kind'];
  readonly createdBefore?: string;
  readonly lastUsedBefore?: string;
  readonly expiresBefore?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

interface Bulk {
  readonly action: BulkKeysInput['action'];
  /** `Revoked` */
  readonly done: string;
  readonly description: string;
  readonly example: string;
}

/** Long runs are answered when they are over: a thousand keys take seconds. */
const RUN_TIMEOUT_MS = 10 * 60 * 1_000;

export function bulkCommand({ action, done, description, example }: Bulk): Command {
  const command = apiCommand(action)
    .description(`${description}; filters combine with "and", and one is needed`)
    .option('--owner <id>', 'that belong to this person')
    .option('--organization <id>', 'of this organization')
    .option('--api <id>', 'of this API; root keys only where it is claviger')
    .option('--environment <id>', 'of this environment')
    .option('--permission <id>', 'that hold it, by name or through a preset')
    .option('--resource <type:id>', 'scoped to this resource')
    .addOption(pairs('--metadata <name=value>', 'with this in their metadata'))
    .addOption(choice('--status <status>', 'in this state', KEY_STATUSES))
    .addOption(choice('--kind <kind>', 'of this kind', KEY_KINDS))
    .addOption(timeAgo('--created-before <when>', 'older than: a time, or 90d'))
    .addOption(timeAgo('--last-used-before <when>', 'not used since: a time, or 90d; or never'))
    .addOption(timeAhead('--expires-before <when>', 'that expire before: a time, or 7d from now'));
  if (action === 'revoke') command.option('--reason <text>', 'why, for the record');
  return command
    .option('--dry-run', 'change nothing, and show which keys it would change')
    .addOption(yes())
    .addHelpText('after', examples(example))
    .action(async (options: BulkOptions) => {
      const filter = filterOf(options);
      if (Object.keys(filter).length === 0) {
        throw wronglyCalled(
          'This needs at least one filter, such as --owner user_42: leaving all of them out does not mean every key.',
        );
      }
      const client = await connect(options, { timeoutMs: RUN_TIMEOUT_MS });
      const body = { action, filter, ...given({ reason: options.reason }) };
      const answer =
        options.dryRun === true
          ? await client.keys.bulk({ ...body, dryRun: true })
          : await runAsked(client, body, options);
      await show(answer, done, options);
    });
}

/** Does it, where somebody can be asked after they saw what it would do. */
async function runAsked(
  client: ClavigerClient,
  body: BulkKeysInput,
  options: BulkOptions,
): Promise<KeysTouched> {
  const { action } = body;
  await confirm(options, {
    consequence: async () => {
      const foreseen = await client.keys.bulk({ ...body, dryRun: true });
      noteFailures(foreseen);
      return bulkText(foreseen, `${action} would change`);
    },
    question: `${action.charAt(0).toUpperCase()}${action.slice(1)} them?`,
  });
  const answer = await client.keys.bulk({ ...body, dryRun: false });
  if (answer.effective !== null) noteEffective(answer.effective);
  return answer;
}

async function show(answer: KeysTouched, done: string, options: BulkOptions): Promise<void> {
  const { action, dryRun, changed } = answer;
  if (options.json !== true) noteFailures(answer);
  if (!dryRun && answer.failed.length > 0) process.exitCode = EXIT.failed;
  await print(options.json, answer, () =>
    dryRun ? bulkText(answer, `${action} would change`) : `${done} ${numberOfKeys(changed)}.`,
  );
  if (options.json !== true && dryRun) note('Nothing was changed.');
}

function filterOf(options: BulkOptions): BulkKeysInput['filter'] {
  const { environment, permission, resource, metadata, status, kind } = options;
  const { createdBefore, lastUsedBefore, expiresBefore } = options;
  return given({
    ownerId: options.owner,
    organizationId: options.organization,
    apiId: options.api,
    environment,
    permission,
    resource,
    metadata,
    status,
    kind,
    createdBefore,
    lastUsedBefore,
    expiresBefore,
  });
}
