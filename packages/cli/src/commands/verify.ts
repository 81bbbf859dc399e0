import type { Decision, VerifyInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../api-command.ts';
import { connect, readToken } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { wronglyCalled } from '../failure.ts';
import { given } from '../given.ts';
import { list, resources } from '../options.ts';
import { print } from '../output.ts';
import { fields, listOr } from '../text/fields.ts';
import { fullTimeOr } from '../text/times.ts';

interface VerifyOptions extends ApiCommandOptions {
  readonly tokenFile: string;
  readonly api?: string;
  readonly environment?: string;
  readonly organization?: string;
  readonly permission?: string[];
  readonly anyPermission?: string[];
  readonly resource?: Record<string, string[]>;
  readonly ip?: string;
  readonly origin?: string;
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
    .option('--ip <address>', 'where the request comes from')
    .option('--origin <origin>', 'the Origin of the request')
    .addHelpText(
      'after',
      `${examples(
        'claviger verify --api interact --permission agent_jobs_read < scheduler.key',
        'claviger verify --api interact --token-file scheduler.key --json',
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
  const { environment, permission, anyPermission, ip, origin } = options;
  return given({
    apiId: options.api,
    environment,
    organizationId: options.organization,
    permissions: anyPermission === undefined ? permission : { anyOf: anyPermission },
    resources: options.resource,
    ip,
    origin,
  });
}

function decisionText(decision: Decision): string {
  const { keyId, name, organizationId, apiId, environment } = decision;
  const identity = [
    ['Key', keyId === undefined ? undefined : `${keyId} "${name ?? ''}"`],
    ['Organization', organizationId],
    ['API', apiId],
    ['Environment', environment],
  ] as const;
  if (decision.valid) {
    return fields([
      ['Decision', decision.code, 'green'],
      ...identity,
      ['Permissions', listOr(decision.permissions, 'none')],
      ['Expires', fullTimeOr(decision.expiresAt, 'never')],
    ]);
  }
  return fields([
    ['Decision', `${decision.code}, answer ${decision.status}`, 'red'],
    ['Message', decision.message],
    ['Missing', decision.missing?.join(', ')],
    ...identity,
  ]);
}
