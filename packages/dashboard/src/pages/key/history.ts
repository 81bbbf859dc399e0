import type { Api, AuditEvent, Key } from '@claviger/contract';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { clientFor } from '../../lib/api.ts';
import { exactTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { fieldText } from './field-text.ts';

export const EVENTS_A_PAGE = 8;

/** What was done to a key, latest first. */
export const keyHistoryQuery = (organizationId: string, keyId: string) =>
  infiniteQueryOptions({
    queryKey: ['key', keyId, 'history'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, nextCursor } = await clientFor(organizationId).auditEvents.list({
        keyId,
        limit: EVENTS_A_PAGE,
        ...(pageParam && { cursor: pageParam }),
      });
      return { data, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

const { actions, ...words } = keyPageTexts.history;

const isKnown = (action: string): action is keyof typeof actions => Object.hasOwn(actions, action);

/** "Rotated"; of what is not known here, its own name. */
export const actionName = ({ action }: AuditEvent): string =>
  isKnown(action) ? actions[action] : action;

export interface FieldChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** In the order in which the page shows them. */
const FIELDS = [
  'name',
  'description',
  'permissions',
  'preset',
  'allowedOrigins',
  'allowedIps',
  'resources',
  'rateLimits',
  'credits',
  'notBefore',
  'expiresAt',
  'ownerId',
  'metadata',
] as const;

/** The fields that an event changed, each in words. Of what was made or deleted, nothing was changed. */
export function changesIn({ before, after }: AuditEvent, api: Api | null): FieldChange[] {
  const [was, is] = [keyIn(before), keyIn(after)];
  if (was === null || is === null) return [];
  return FIELDS.filter((field) => !isSame(was[field], is[field])).map((field) => ({
    name: field === 'preset' ? words.preset : keyPageTexts.facts[field],
    before: fieldText(field, was, api) ?? words.none,
    after: fieldText(field, is, api) ?? words.none,
  }));
}

/** What else there is to say of an event: the reason for it, the secrets it was about. */
export function remarksOn(event: AuditEvent): string[] {
  const [was, is] = [keyIn(event.before), keyIn(event.after)];
  if (is === null) return [];
  const ofAction: Record<string, () => string[]> = {
    'key.revoked': () =>
      is.revokedReason === null ? [] : [fill(words.reason, { reason: is.revokedReason ?? '' })],
    'key.rotated': () => [...newSecret(is), ...oldSecrets(was, is)],
    'key.regenerated': () => [...newSecret(is), words.oldDead],
  };
  return ofAction[event.action]?.() ?? [];
}

const newSecret = ({ hint }: Partial<Key>): string[] =>
  hint === undefined ? [] : [fill(words.newSecret, { hint })];

function oldSecrets(was: Partial<Key> | null, { secrets = [] }: Partial<Key>): string[] {
  const newestBefore = was?.secrets?.[0]?.id;
  const end = secrets.find(({ id }) => id === newestBefore)?.expiresAt ?? null;
  return end === null ? [words.oldDead] : [fill(words.oldUntil, { time: exactTime(end) })];
}

/** What is on record of a key. Older events may lack what was added since. */
const keyIn = (value: AuditEvent['before']): Partial<Key> | null =>
  typeof value === 'object' && value !== null && 'secrets' in value
    ? (value as unknown as Partial<Key>)
    : null;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
