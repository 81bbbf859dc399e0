import type { ExportAuditEventsOptions } from '@claviger/sdk';
import type { Command } from 'commander';
import { given } from '../given.ts';
import { choice, timeAgo } from '../options.ts';

type Filters = Omit<ExportAuditEventsOptions, 'signal'>;

export interface EventFilterOptions {
  readonly action?: string;
  readonly actor?: string;
  readonly actorType?: Filters['actorType'];
  readonly key?: string;
  readonly target?: string;
  readonly targetType?: Filters['targetType'];
  readonly api?: string;
  readonly organization?: string;
  readonly environment?: string;
  readonly ip?: string;
  readonly requestId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

const ACTOR_TYPES = ['system', 'rootKey', 'user', 'portal', 'key'];
const TARGET_TYPES = ['key', 'organization', 'api', 'resource', 'webhook'];

/** The options that pick events, in lists and in exports. */
export function withEventFilters(command: Command): Command {
  return command
    .option('--action <action>', 'key.revoked, or key. for everything done to keys')
    .option('--actor <id>', 'done by this root key')
    .addOption(choice('--actor-type <type>', 'done by one of this kind', ACTOR_TYPES))
    .option('--key <keyId>', 'done to this key')
    .option('--target <id>', 'done to what has this id')
    .addOption(choice('--target-type <type>', 'done to what is of this kind', TARGET_TYPES))
    .option('--api <id>', 'in this API')
    .option('--organization <id>', 'in this organization')
    .option('--environment <id>', 'in this environment')
    .option('--ip <address>', 'asked for from this address; no block')
    .option('--request-id <id>', 'done by this request')
    .addOption(timeAgo('--from <when>', 'at this time or later: a time, or 7d ago'))
    .addOption(timeAgo('--to <when>', 'before this time: a time, or 1d ago'))
    .option('--search <text>', 'with this in action, an id, address or request id');
}

export function eventFiltersOf(options: EventFilterOptions): Filters {
  const { action, actorType, targetType, environment, ip, requestId, from, to } = options;
  return given({
    action,
    actorId: options.actor,
    actorType,
    keyId: options.key,
    targetId: options.target,
    targetType,
    apiId: options.api,
    organizationId: options.organization,
    environment,
    ip,
    requestId,
    from,
    to,
    q: options.search,
  }) as Filters;
}
