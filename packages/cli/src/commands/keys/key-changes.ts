import type { Key } from '@claviger/sdk';
import type { Command } from 'commander';
import { given } from '../../given.ts';
import { list, orNever, pairs, resources, timeAhead } from '../../options.ts';

/** The fields of a key that can be changed, as options. */
export interface KeyChangeOptions {
  readonly name?: string;
  readonly permission?: string[];
  /** False: `--no-preset`. The same with the others. */
  readonly preset?: string | false;
  readonly description?: string | false;
  readonly expires?: string;
  readonly notBefore?: string | false;
  readonly owner?: string | false;
  readonly resource?: Record<string, string[]> | false;
  readonly metadata?: Record<string, string> | false;
}

export const withKeyChanges = (command: Command): Command =>
  command
    .option('--name <name>', 'what uses it, and where')
    .addOption(list('--permission <id>', 'what it may do, all of it'))
    .option('--preset <id>', 'a preset of the API')
    .option('--no-preset', 'no preset')
    .addOption(timeAhead('--expires <when>', 'the end of its life: a time, 90d, or never', true))
    .addOption(timeAhead('--not-before <when>', 'not valid before: a time, or 12h'))
    .option('--no-not-before', 'valid at once')
    .option('--owner <id>', 'the person it belongs to')
    .option('--no-owner', 'nobody’s')
    .addOption(resources('--resource <type:id>', 'restrict it to these resources, all of them'))
    .option('--no-resource', 'restricted to no resource')
    .addOption(pairs('--metadata <name=value>', 'what to remember with it, all of it'))
    .option('--no-metadata', 'no metadata')
    .option('--description <text>', 'what else is good to know')
    .option('--no-description', 'no description');

/** The fields that were given. */
export function keyChangesOf(options: KeyChangeOptions) {
  const orNull = <Value>(value: Value | false | undefined) => (value === false ? null : value);
  return given({
    name: options.name,
    permissions: options.permission,
    preset: orNull(options.preset),
    description: orNull(options.description),
    expiresAt: orNever(options.expires),
    notBefore: orNull(options.notBefore),
    ownerId: orNull(options.owner),
    resources: options.resource === false ? {} : options.resource,
    metadata: (options.metadata === false ? {} : options.metadata) as Key['metadata'] | undefined,
  });
}
