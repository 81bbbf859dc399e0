import { Command } from 'commander';
import { connectionOptions, type ConnectionOptions } from './connection.ts';

export interface ApiCommandOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** A command that speaks to the server. */
export function apiCommand(name: string): Command {
  const command = jsonCommand(name);
  for (const option of connectionOptions()) command.addOption(option);
  return command;
}

export const jsonCommand = (name: string): Command =>
  new Command(name).option('--json', 'print JSON for machines: exactly what the API answers');

/** To be added after the help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

export function group(name: string, description: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(description);
  for (const command of commands) parent.addCommand(command);
  return parent;
}
