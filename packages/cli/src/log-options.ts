import type { LogFilters } from '@claviger/sdk';
import { Option, type Command } from 'commander';
import { given } from './given.ts';
import { choice, count, list, timeAgo } from './options.ts';

export interface LogOptions {
  readonly key?: string;
  readonly secret?: string;
  readonly organization?: string;
  readonly api?: string;
  readonly environment?: string;
  readonly code?: string[];
  readonly status?: '200' | '401' | '403' | '429';
  readonly responseStatus?: number;
  readonly valid?: true;
  readonly refused?: true;
  readonly permission?: string;
  readonly origin?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly method?: string;
  readonly path?: string;
  readonly requestId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

const STATUSES = ['200', '401', '403', '429'] as const;

/** The options that say which verifications are meant. */
export function withLogOptions(command: Command): Command {
  return command
    .option('--key <keyId>', 'of this key')
    .option('--secret <secretId>', 'with this secret of a key')
    .option('--organization <id>', 'of this organization')
    .option('--api <id>', 'of this API')
    .option('--environment <id>', 'of this environment')
    .addOption(list('--code <code>', 'with this outcome: RATE_LIMITED'))
    .addOption(choice('--status <status>', 'the protected API was told to answer', STATUSES))
    .addOption(
      count('--response-status <status>', 'it answered in the end, as it said itself: 500'),
    )
    .option('--valid', 'those let through')
    .addOption(new Option('--refused', 'those refused').conflicts('valid'))
    .option('--permission <id>', 'that asked for it')
    .option('--origin <origin>', 'from this origin')
    .option('--ip <address>', 'from this address, or this block: 203.0.113.0/24')
    .option('--user-agent <text>', 'with this in the user agent')
    .option('--method <method>', 'of this method')
    .option('--path <path>', 'whose path begins like this, or without a slash in front has it')
    .option('--request-id <id>', 'of this request')
    .addOption(timeAgo('--from <when>', 'not before: a time, or 24h ago'))
    .addOption(timeAgo('--to <when>', 'before: a time, or 1h ago'))
    .option('--search <text>', 'with this in hint, path, user agent, origin, address or an id');
}

export function logFiltersOf(options: LogOptions): LogFilters {
  const { environment, permission, origin, ip, userAgent, method, path, requestId } = options;
  const { from, to, status } = options;
  return given({
    keyId: options.key,
    secretId: options.secret,
    organizationId: options.organization,
    apiId: options.api,
    environment,
    // What it may be, the server knows, and says.
    code: options.code as LogFilters['code'],
    status: status === undefined ? undefined : (Number(status) as LogFilters['status']),
    responseStatus: options.responseStatus,
    valid: options.valid ?? (options.refused === true ? false : undefined),
    permission,
    origin,
    ip,
    userAgent,
    method,
    path,
    requestId,
    from,
    to,
    q: options.search,
  }) as LogFilters;
}
