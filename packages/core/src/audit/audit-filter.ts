import { canonicalAddress, type ListAuditEvents } from '@claviger/contract';
import { anyContains } from '../ascii.ts';
import type { AuditEvent, AuditFilter } from '../ports/audit-log.ts';
import { narrowed, liesWithin, type Caller } from '../scope.ts';
import { msOf } from '../times.ts';

/** The filters of the contract, by its names. What is left out restricts nothing. */
export type WantedEvents = Omit<ListAuditEvents, 'limit' | 'cursor'>;

/** The filter of the log: what is wanted, within where the caller may look. */
export function auditFilterOf({ scope }: Caller, wanted: WantedEvents): AuditFilter {
  const { keyId, targetType, targetId, ip } = wanted;
  return {
    ...narrowed(scope, wanted),
    action: wanted.action ?? null,
    actorType: wanted.actorType ?? null,
    actorId: wanted.actorId ?? null,
    targetType: keyId === undefined ? (targetType ?? null) : 'key',
    targetId: keyId ?? targetId ?? null,
    ip: ip === undefined ? null : canonicalAddress(ip),
    requestId: wanted.requestId ?? null,
    from: wanted.from === undefined ? null : msOf(wanted.from),
    to: wanted.to === undefined ? null : msOf(wanted.to),
    text: wanted.q ?? null,
  };
}

/** The rule of the filter, which the databases express in SQL. */
export function eventMatches(filter: AuditFilter, event: AuditEvent): boolean {
  const { actor, action, target, ip, requestId, at } = event;
  const { apiIds: apis, organizationIds: organizations, environments } = filter;
  const is = (wanted: string | null, value: string | null) => wanted === null || wanted === value;
  return (
    liesWithin({ apis, organizations, environments, owners: null }, target) &&
    (filter.action?.endsWith('.') === true
      ? action.startsWith(filter.action)
      : is(filter.action, action)) &&
    is(filter.actorType, actor.type) &&
    is(filter.actorId, actor.id) &&
    is(filter.targetType, target.type) &&
    is(filter.targetId, target.id) &&
    is(filter.ip, ip) &&
    is(filter.requestId, requestId) &&
    (filter.from === null || at >= filter.from) &&
    (filter.to === null || at < filter.to) &&
    (filter.text === null || anyContains(searchedTexts(event), filter.text))
  );
}

const searchedTexts = ({ id, action, actor, target, ip, requestId }: AuditEvent) => [
  id,
  action,
  actor.id,
  target.id,
  target.apiId ?? null,
  target.organizationId ?? null,
  ip,
  requestId,
];
