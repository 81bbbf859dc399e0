import { randomBytes } from 'node:crypto';
import { putApiBody } from '@claviger/contract';
import { newId } from '../../src/ids.ts';
import type { NewAuditEvent } from '../../src/ports/committer.ts';
import type { NewNotice } from '../../src/ports/notice-store.ts';
import type { WebhookRecord } from '../../src/ports/webhook-store.ts';
import type {
  ApiRecord,
  KeyRecord,
  OrganizationRecord,
  ResourceRecord,
  SecretRecord,
} from '../../src/ports/records.ts';

/** The moment at which records are made unless they say otherwise. */
export const NOW = Date.parse('2026-11-21T09:30:00.000Z');

export const SYSTEM = { type: 'system', id: 'test' } as const;

export function anApi(fields: Partial<ApiRecord> = {}): ApiRecord {
  const definition = putApiBody.parse({
    name: 'Interact API',
    formats: { secret: { prefix: 'int', length: 48 } },
    permissions: [
      { id: 'jobs_read', name: 'Read jobs', access: 'read' },
      { id: 'jobs_trigger', name: 'Trigger jobs', access: 'write' },
    ],
    presets: [{ id: 'read-only', name: 'Read only', grants: 'read' }],
  });
  return { id: 'interact', definition, createdAt: NOW, updatedAt: NOW, ...fields };
}

export function anOrganization(fields: Partial<OrganizationRecord> = {}): OrganizationRecord {
  return {
    id: 'acme',
    name: 'Acme',
    suspended: false,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** A key of `anApi()` and `anOrganization()` with an id of its own. */
export function aKey(fields: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: newId('key', fields.createdAt ?? NOW),
    apiId: 'interact',
    organizationId: 'acme',
    environment: 'production',
    kind: 'secret',
    name: 'Production scheduler',
    description: null,
    hint: 'int_a1b2…w3x4',
    publicKey: null,
    permissions: ['jobs_read'],
    preset: null,
    allowedOrigins: [],
    allowedIps: [],
    resources: {},
    rateLimits: [],
    metered: false,
    ownerId: null,
    replacesKeyId: null,
    state: 'enabled',
    notBefore: null,
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    createdAt: NOW,
    createdBy: SYSTEM,
    updatedAt: NOW,
    metadata: {},
    ...fields,
  };
}

/** A customer of `anOrganization()`. */
export function aResource(fields: Partial<ResourceRecord> = {}): ResourceRecord {
  return {
    organizationId: 'acme',
    type: 'customer',
    id: 'cus_1',
    name: 'Globex Corp.',
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** A secret with an id and a digest of its own. */
export function aSecret(fields: Partial<SecretRecord> & Pick<SecretRecord, 'keyId'>): SecretRecord {
  return {
    id: newId('sec', fields.createdAt ?? NOW),
    type: 'secret',
    digest: aDigest(),
    pepperVersion: 1,
    hint: 'int_a1b2…w3x4',
    createdAt: NOW,
    expiresAt: null,
    endedAt: null,
    ...fields,
  };
}

export function aDigest(): Buffer {
  return randomBytes(32);
}

export function anEvent(fields: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return {
    id: newId('evt', NOW),
    at: NOW,
    actor: SYSTEM,
    action: 'key.created',
    target: { type: 'key', id: 'key_1' },
    before: null,
    after: { name: 'Production scheduler' },
    ip: null,
    requestId: null,
    ...fields,
  };
}

/** A webhook for everything, to be written with `putWebhook`. */
export function aWebhook(fields: Partial<WebhookRecord> = {}): WebhookRecord {
  return {
    id: newId('whk', fields.createdAt ?? NOW),
    url: 'https://hooks.example.com/claviger',
    events: ['*'],
    apiId: null,
    organizationId: null,
    environment: null,
    description: null,
    enabled: true,
    disabledReason: null,
    secret: { sealed: 'sealed', pepperVersion: 1 },
    oldSecret: null,
    failingSince: null,
    auditSequence: 0,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** A notice about a key of `anApi()` and `anOrganization()`. */
export function aNotice(fields: Partial<NewNotice> = {}): NewNotice {
  return {
    id: newId('not', fields.createdAt ?? NOW),
    type: 'key.created',
    body: '{"type":"key.created"}',
    createdAt: NOW,
    place: { apiId: 'interact', organizationId: 'acme', environment: 'production' },
    ...fields,
  };
}
