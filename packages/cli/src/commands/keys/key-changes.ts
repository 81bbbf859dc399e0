import type { Key } from '@claviger/sdk';
import type { Command } from 'commander';
import { given } from '../../given.ts';
import { list, orNever, pairs, resources, timeAhead } from '../../options.ts';
import { credits, rateLimits } from '../../limit-options.ts';

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
  readonly origin?: string[] | false;
  readonly ip?: string[] | false;
  readonly rateLimit?: Key['rateLimits'] | false;
  readonly credits?: NonNullable<Key['credits']> | false;
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
    .addOption(
      list(
        '--origin <origin>',
        'where a publishable key or a pair may be used from: example.com, all of them',
      ),
    )
    .option('--no-origin', 'from no web page')
    .addOption(
      list('--ip <address>', 'where it may be used from: addresses and CIDR blocks, all of them'),
    )
    .option('--no-ip', 'from any address')
    .addOption(
      rateLimits(
        '--rate-limit <name=limit/duration>',
        'its own limits, all of them: read=60/1m or read=60/1m:read',
      ),
    )
    .option('--no-rate-limit', 'no limits of its own')
    .addOption(credits('--credits <amount>', 'its quota: 1000, or refilled 1000/day or 1000/month'))
    .option('--no-credits', 'no quota')
    .addOption(pairs('--metadata <name=value>', 'what to remember with it, all of it'))
    .option('--no-metadata', 'no metadata')
    .option('--description <text>', 'what else is good to know')
    .option('--no-description', 'no description');

/** The fields that were given. */
export function keyChangesOf(options: KeyChangeOptions) {
  const orNull = <Value>(value: Value | false | undefined) => (value === false ? null : value);
  const orEmpty = <Value>(values: Value[] | false | undefined) => (values === false ? [] : values);
  return given({
    name: options.name,
    permissions: options.permission,
    preset: orNull(options.preset),
    description: orNull(options.description),
    expiresAt: orNever(options.expires),
    notBefore: orNull(options.notBefore),
    ownerId: orNull(options.owner),
    resources: options.resource === false ? {} : options.resource,
    allowedOrigins: orEmpty(options.origin),
    allowedIps: orEmpty(options.ip),
    rateLimits: orEmpty(options.rateLimit),
    credits: orNull(options.credits),
    metadata: (options.metadata === false ? {} : options.metadata) as Key['metadata'] | undefined,
  });
}
