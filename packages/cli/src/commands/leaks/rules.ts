import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { connect } from '../../connection.ts';
import { choice } from '../../options.ts';
import { given } from '../../given.ts';
import { jsonText, print } from '../../output.ts';

interface RulesOptions extends ApiCommandOptions {
  readonly format: 'gitleaks' | 'github' | 'json';
  readonly api?: string;
}

export function rulesCommand(): Command {
  return apiCommand('rules')
    .description('Print rules with which scanners find the secrets of your APIs')
    .addOption(
      choice('--format <format>', 'for which scanner', ['gitleaks', 'github', 'json']).default(
        'gitleaks',
      ),
    )
    .option('--api <id>', 'those of one API')
    .addHelpText(
      'after',
      examples(
        'claviger leaks rules > .gitleaks.toml',
        'claviger leaks rules --format github --api interact',
      ),
    )
    .action(async (options: RulesOptions) => {
      const { format, api: apiId } = options;
      const client = await connect(options);
      const answer = await client.leaks.rules({ format, ...given({ apiId }) });
      const { file } = answer;
      await print(options.json, answer, () =>
        (file === null ? jsonText(answer.rules) : file.content).trimEnd(),
      );
    });
}
