import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { print } from '../../output.ts';
import { auditFields } from '../../text/audit-text.ts';

export function showAuditCommand(): Command {
  return apiCommand('show')
    .description('Show an audit event, and what it changed')
    .argument('<eventId>')
    .addHelpText('after', examples('claviger audit show evt_0PxJmZ3kVb7cQm1tYw8sLd'))
    .action(async (eventId: string, options: ApiCommandOptions) => {
      const event = await (await connect(options)).auditEvents.get(eventId);
      await print(options.json, event, () => auditFields(event));
    });
}
