import type { ClavigerClient } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { yes } from '../../options.ts';
import { print } from '../../output.ts';
import { lastUse, noteEffective } from '../../text/key-text.ts';
import { organizationName } from '../../text/organization-text.ts';

export function suspendOrganizationCommand(): Command {
  return apiCommand('suspend')
    .description('Refuse every key of an organization until it is resumed')
    .argument('<organizationId>')
    .addOption(yes())
    .addHelpText('after', examples('claviger organizations suspend acme'))
    .action(async (organizationId: string, options: ApiCommandOptions & ConfirmOptions) => {
      const client = await connect(options);
      await confirm(options, {
        consequence: async () => {
          const organization = await client.organizations.get(organizationId);
          return `Every key of ${organizationName(organization)} is refused from then on, until it is resumed. ${await keysAtStake(client, organizationId)}`;
        },
        question: 'Suspend it?',
      });
      const answer = await client.organizations.update(organizationId, { suspended: true });
      noteEffective(answer.effective);
      await print(
        options.json,
        answer,
        () => `Suspended ${organizationName(answer.organization)}: its keys are refused.`,
      );
    });
}

const COUNTED = 200;

/** How many keys are in use, and since when. A root key that may not read keys does not say. */
async function keysAtStake(client: ClavigerClient, organizationId: string): Promise<string> {
  try {
    const { data, nextCursor } = await client.keys.list({
      organizationId,
      status: 'active',
      sort: 'lastUsedAt',
      order: 'desc',
      limit: COUNTED,
    });
    const [latest] = data;
    if (latest === undefined) return 'It has no active key.';
    const keys = data.length === 1 ? '1 active key' : `${data.length} active keys`;
    const more = nextCursor === null ? '' : 'more than ';
    return `It has ${more}${keys}; the one used last is "${latest.name}". ${lastUse(latest)}`;
  } catch {
    return 'When its keys were last used cannot be read with this root key.';
  }
}
