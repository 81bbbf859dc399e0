import { z } from 'zod';
import { exportQuery, isOrdered, ordered, pageQuery } from './lists.ts';
import {
  apiId,
  auditEventId,
  environmentId,
  keyId,
  label,
  organizationId,
  timestamp,
} from './primitives.ts';

/** What an audit event can be about. Whoever records another kind of thing adds it here. */
export const auditTargetTypes = [
  'key',
  'organization',
  'api',
  'resource',
  'webhook',
  'user',
  'invitation',
] as const;
export type AuditTargetType = (typeof auditTargetTypes)[number];

/** Who can have done it. `key`: the holder of a key, to that key. */
export const actorTypes = ['system', 'rootKey', 'user', 'portal', 'key'] as const;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const auditTarget = z
  .object({
    type: z.enum(auditTargetTypes),
    id: z.string().meta({ description: 'Of a resource: acme/customer/cus_1' }),
    apiId: apiId.optional(),
    organizationId: organizationId.optional(),
    environment: environmentId.optional(),
  })
  .meta({
    description:
      'What it was done to, and where that is. What does not apply is left out; events from before places were recorded have none',
  });

/** One change, and its place in the chain. */
export const auditEvent = z
  .object({
    id: auditEventId,
    at: timestamp,
    sequence: z.int().meta({ description: 'From 1, without a gap' }),
    actor: z.object({ type: z.enum(actorTypes), id: z.string() }).meta({
      description:
        'Who did it. "system": the first start, or the command line on the machine. "key": the key itself',
    }),
    action: z.string().meta({ description: 'What was done', example: 'key.revoked' }),
    target: auditTarget,
    before: z.json().meta({
      description:
        'What it was, without secrets and what is stored of them; null: it was not there',
    }),
    after: z.json().meta({ description: 'What it is since then; null: it is gone' }),
    ip: z
      .string()
      .nullable()
      .meta({ description: 'Where the request came from; null: no request' }),
    requestId: z.string().nullable(),
    previousHash: hash.meta({ description: '`hash` of the event before; 64 zeros for the first' }),
    hash: hash.meta({
      description:
        'Hex SHA-256 of `previousHash`, a line feed and the canonical JSON of the other members: see docs/audit.md',
    }),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.output<typeof auditEvent>;

const address = z.union([z.ipv4(), z.ipv6()]);

const filters = {
  action: z
    .string()
    .max(100)
    .regex(
      /^[a-z][a-z0-9_]*\.[a-z0-9_.]*$/,
      'must be an action such as key.revoked, or key. for all of keys',
    )
    .optional()
    .meta({ description: 'key.revoked, or key. for everything done to keys' }),
  actorType: z.enum(actorTypes).optional(),
  actorId: label(200)
    .optional()
    .meta({ description: 'The id of the root key or the user that did it' }),
  targetType: z.enum(auditTargetTypes).optional(),
  targetId: label(400).optional(),
  keyId: keyId.optional().meta({ description: 'Short for targetType=key and targetId' }),
  organizationId: organizationId.optional(),
  apiId: apiId.optional(),
  environment: environmentId.optional(),
  ip: z
    .string()
    .max(100)
    .refine(
      (text) => address.safeParse(text).success,
      'must be one address, such as 203.0.113.7, and no block',
    )
    .optional()
    .meta({
      description: 'One address; only the request log can be searched by CIDR block',
      example: '203.0.113.7',
    }),
  requestId: label(200).optional(),
  from: timestamp.optional().meta({ description: 'At this time or later' }),
  to: timestamp.optional().meta({ description: 'Before this time' }),
  q: label(200).optional().meta({
    description:
      'Part of the action, an id, the address or the request id, upper or lower case alike',
  }),
};

const KEY_TWICE = 'stands for targetType=key and targetId; leave those out, or leave it out';

const namesTargetOnce = (query: {
  readonly keyId?: unknown;
  readonly targetId?: unknown;
  readonly targetType?: unknown;
}): boolean =>
  query.keyId === undefined || (query.targetId === undefined && query.targetType === undefined);

const once = { path: ['keyId'], message: KEY_TWICE };

export const listAuditEventsQuery = z
  .strictObject({ ...pageQuery, ...filters })
  .refine(namesTargetOnce, once)
  .refine(isOrdered, ordered);
export type ListAuditEvents = z.output<typeof listAuditEventsQuery>;

export const exportAuditEventsQuery = z
  .strictObject({ ...exportQuery, ...filters })
  .refine(namesTargetOnce, once)
  .refine(isOrdered, ordered);
export type ExportAuditEvents = z.output<typeof exportAuditEventsQuery>;

export const auditEventParams = z.object({ eventId: auditEventId });
