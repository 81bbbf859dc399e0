import type { Decision, VerifyInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import { connect, readToken } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { wronglyCalled } from '../failure.ts';
import { given } from '../given.ts';
import { count, list, resources } from '../options.ts';
import { print } from '../output.ts';
import { fields, listOr } from '../text/fields.ts';
import { limitStateText, linesOr, numberText, resourceLines } from '../text/policy-text.ts';
import { durationText, fullTimeOr } from '../text/times.ts';

interface VerifyOptions extends ApiCommandOptions {
  readonly tokenFile: string;
  readonly api?: string;
  readonly environment?: string;
  readonly organization?: string;
  readonly permission?: string[];
  readonly anyPermission?: string[];
  /** False: `--no-resource`. */
  readonly resource?: Record<string, string[]> | false;
  readonly ip?: string;
  readonly origin?: string;
  readonly cost?: number;
}

export function verifyCommand(): Command {
  return apiCommand('verify')
    .description(
      'Decide on a key as the protected API would; the key comes from standard input or a file, never from the arguments',
    )
    .option(
      '--token-file <file>',
      'where the key to be verified is read, - for standard input',
      '-',
    )
    .option('--api <id>', 'the API it is presented to')
    .option('--environment <id>', 'the environment it is presented in')
    .option('--organization <id>', 'the organization the request is about')
    .addOption(list('--permission <id>', 'what the request needs, all of it'))
    .addOption(
      list('--any-permission <id>', 'what the request needs, any of it').conflicts('permission'),
    )
    .addOption(resources('--resource <type:id>', 'what the request acts on'))
    .option('--no-resource', 'it names none: what it answers is kept to the resources of the key')
    .option('--ip <address>', 'where the request comes from: 203.0.113.7')
    .option('--origin <origin>', 'the Origin of the request: https://app.example.com')
    .addOption(
      count('--cost <number>', 'what it takes from limits and credits; 0 only looks (default: 1)'),
    )
    .addHelpText(
      'after',
      `${examples(
        'claviger verify --api interact --permission agent_jobs_read < scheduler.key',
        'claviger verify --api interact --token-file scheduler.key --json',
        'claviger verify --api interact --ip 203.0.113.7 --cost 0 < scheduler.key    # what is left?',
        'claviger verify --api interlocute --origin https://example.com --resource node:support < chat.key',
      )}\n\nExit codes: 0 when the key is valid, 4 when it is refused.`,
    )
    .action(async (options: VerifyOptions) => {
      const client = await connect(options);
      const token = await readToken(options.tokenFile, 'the key to be verified');
      if (token === '')
        throw wronglyCalled('There is no key to be verified: what was read is empty.');
      const decision = await client.verify({ token, ...askOf(options) });
      await print(options.json, decision, () => decisionText(decision));
      if (!decision.valid) process.exitCode = EXIT.verifyRefused;
    });
}

function askOf(options: VerifyOptions): Omit<VerifyInput, 'token'> {
  const { environment, permission, anyPermission, resource, ip, origin, cost } = options;
  return given({
    apiId: options.api,
    environment,
    organizationId: options.organization,
    permissions: anyPermission === undefined ? permission : { anyOf: anyPermission },
    resources: resource === false ? {} : resource,
    ip,
    origin,
    cost,
  });
}

function decisionText(decision: Decision): string {
  const { keyId, name, organizationId, apiId, environment, rateLimits, credits } = decision;
  const identity = [
    ['Key', keyId === undefined ? undefined : `${keyId} "${name ?? ''}"`],
    ['Organization', organizationId],
    ['API', apiId],
    ['Environment', environment],
  ] as const;
  const left = [
    ['Rate limits', linesOr((rateLimits ?? []).map(limitStateText))],
    ['Credits', credits === undefined ? undefined : `${numberText(credits.remaining)} left`],
  ] as const;
  if (decision.valid) {
    return fields([
      ['Decision', decision.code, 'green'],
      ...identity,
      ['Permissions', listOr(decision.permissions, 'none')],
      ['Resources', linesOr(resourceLines(decision.resources))],
      ['Expires', fullTimeOr(decision.expiresAt, 'never')],
      ...left,
    ]);
  }
  const { retryAfterSeconds } = decision;
  return fields([
    ['Decision', `${decision.code}, answer ${decision.status}`, 'red'],
    ['Message', decision.message],
    ['Missing', decision.missing?.join(', ')],
    ['Retry after', retryAfterSeconds === undefined ? undefined : durationText(retryAfterSeconds)],
    ...identity,
    ...left,
  ]);
}
