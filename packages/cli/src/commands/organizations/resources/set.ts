import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../../api-command.ts';
import { connect } from '../../../connection.ts';
import { print } from '../../../output.ts';
import { plainLine } from '../../../text/plain-text.ts';

interface SetOptions extends ApiCommandOptions {
  readonly name: string;
}

export function setResourceCommand(): Command {
  return apiCommand('set')
    .description('Name a resource, or rename the one there is')
    .argument('<organizationId>')
    .argument('<type>', 'as API definitions declare it: customer')
    .argument('<id>', 'the platform’s own id')
    .requiredOption('--name <name>', 'for people')
    .addHelpText(
      'after',
      examples('claviger organizations resources set acme customer cus_1 --name "Globex Corp."'),
    )
    .action(async (organizationId: string, type: string, id: string, options: SetOptions) => {
      const client = await connect(options);
      const { name } = options;
      const answer = await client.organizations.resources.put(organizationId, type, id, { name });
      await print(
        options.json,
        answer,
        () => `The ${type} ${id} of ${organizationId} is "${plainLine(answer.resource.name)}".`,
      );
    });
}
