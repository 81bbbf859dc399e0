import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import type { Finding } from '../doctor/finding.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../output.ts';
import { paintFor } from '../text/colors.ts';
import { plainLine } from '../text/plain-text.ts';

export function doctorCommand(): Command {
  return apiCommand('doctor')
    .description(
      'Look whether configuration, database, files, audit checkpoints, server, root key, webhooks and proxy are as they should be; changes nothing',
    )
    .addHelpText(
      'after',
      `${examples('claviger doctor', 'CLAVIGER_URL=https://keys.example.com claviger doctor --json')}\n\nExit codes: 0 when nothing fails, 1 when something does. Run it with the settings of the server.`,
    )
    .action(async (options: ApiCommandOptions) => {
      const { examine } = await import('../doctor/examine.ts');
      const findings = await examine(options);
      const failed = findings.some(({ status }) => status === 'fail');
      await print(options.json, { ok: !failed, checks: findings }, () => findingsText(findings));
      if (failed) process.exitCode = EXIT.failed;
    });
}

const COLORS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function findingsText(findings: readonly Finding[]): string {
  const paint = paintFor(process.stdout);
  const width = Math.max(...findings.map(({ check }) => check.length)) + 2;
  const lines = findings.flatMap(({ check, status, message, remedy }) => [
    `${paint(COLORS[status], status.padEnd(6))}${check.padEnd(width)}${plainLine(message)}`,
    ...(remedy === null ? [] : [`${' '.repeat(6 + width)}→ ${plainLine(remedy)}`]),
  ]);
  return [...lines, '', summary(findings)].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) =>
    findings.filter((each) => each.status === status).length;
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`;
}
