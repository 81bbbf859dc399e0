import { ROOT_API_ID, type Key, type NoticeType } from '@claviger/contract';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { AuditEvent } from '../ports/audit-log.ts';
import type { NewNotice } from '../ports/notice-store.ts';
import { newNotice } from './new-notice.ts';

/** Which deeds are told, and as what. Imports are not: they come by the hundred thousand, and whoever imports knows. */
const typeOfAction: Readonly<Record<string, NoticeType>> = {
  'key.created': 'key.created',
  'key.updated': 'key.updated',
  'key.rotated': 'key.rotated',
  'key.regenerated': 'key.regenerated',
  'key.disabled': 'key.disabled',
  'key.enabled': 'key.enabled',
  'key.revoked': 'key.revoked',
  'key.deleted': 'key.deleted',
};

export const LEAK_REPORTED = 'key.leak_reported';

/** The notice of a deed that left a trace of the key itself; null: it is none to tell. */
export function noticeOfEvent(event: AuditEvent, nowMs: number): NewNotice | null {
  const type = typeOfAction[event.action];
  const key = (event.after ?? event.before) as Key | null;
  if (type === undefined || key === null) return null;
  const changed = type === 'key.updated' ? { changed: changedFields(event) } : {};
  const { at, actor, sequence } = event;
  const notice = noticeAbout(type, key, { at, nowMs }, { ...changed, actor });
  return { ...notice, sequence };
}

/** What was found where is in the event; the key is given as it is now, or null when it is gone. */
export function noticeOfLeak(event: AuditEvent, key: Key | null, nowMs: number): NewNotice {
  const { at, actor, target, sequence } = event;
  // Who reported it is for the audit log alone.
  const { ip: _, ...leak } = event.after as Readonly<Record<string, unknown>>;
  const times = { at, nowMs };
  if (key !== null) return { ...noticeAbout('key.leaked', key, times, { leak, actor }), sequence };
  const { id: keyId, apiId = '', organizationId = '', environment = '' } = target;
  const notice = newNotice('key.leaked', times, { keyId, key, leak, actor });
  return { ...notice, place: { apiId, organizationId, environment }, sequence };
}

export function noticeAbout(
  type: NoticeType,
  key: Key,
  times: { readonly at: number; readonly nowMs: number },
  more: Readonly<Record<string, unknown>>,
): NewNotice {
  const { id: keyId, apiId, organizationId } = key;
  // The environment of a root key says nothing: whoever listens to one environment is not told of root keys.
  const environment = apiId === ROOT_API_ID ? '' : key.environment;
  const notice = newNotice(type, times, { keyId, key, ...more });
  return { ...notice, place: { apiId, organizationId, environment } };
}

function changedFields({ before, after }: AuditEvent): string[] {
  const old = before as Readonly<Record<string, unknown>>;
  return Object.entries(after as object)
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(old[name]))
    .map(([name]) => name)
    .filter((name) => name !== 'updatedAt');
}
