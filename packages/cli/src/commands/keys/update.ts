import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { wronglyCalled } from '../../failure.ts';
import { print } from '../../output.ts';
import { keyFields, noteEffective, noteWarnings } from '../../text/key-text.ts';
import { keyChangesOf, withKeyChanges, type KeyChangeOptions } from './key-changes.ts';

export function updateKeyCommand(): Command {
  return withKeyChanges(apiCommand('update'))
    .description('Change a key; each field that is given is replaced as a whole')
    .argument('<keyId>')
    .addHelpText(
      'after',
      examples(
        'claviger keys update key_0PxJmZ3kVb7cQm1tYw8sLd --name "Nightly scheduler"',
        'claviger keys update key_0PxJmZ3kVb7cQm1tYw8sLd --permission agent_jobs_read,agent_jobs_trigger --no-preset',
        'claviger keys update key_0PxJmZ3kVb7cQm1tYw8sLd --rate-limit read=600/1m:read --rate-limit write=60/1m:write --no-ip',
        'claviger keys update key_0PxJmZ3kVb7cQm1tYw8sLd --credits 5000/day',
      ),
    )
    .action(async (keyId: string, options: ApiCommandOptions & KeyChangeOptions) => {
      const body = keyChangesOf(options);
      if (Object.keys(body).length === 0) {
        throw wronglyCalled('There is nothing to change: name at least one field to be replaced.');
      }
      const answer = await (await connect(options)).keys.update(keyId, body);
      noteEffective(answer.effective);
      noteWarnings(answer.key);
      await print(options.json, answer, () => keyFields(answer.key));
    });
}
