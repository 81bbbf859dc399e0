import {
  importKey,
  type Accepted,
  type Api,
  type AuditEvent,
  type Delivery,
  type Effective,
  type Key,
  type LeakRule,
  type LogEntry,
  type Operations,
  type Organization,
  type Refused,
  type Resource,
  type TouchedKey,
  type VerifyInput,
  type Webhook,
} from '@claviger/contract';
import type { z } from 'zod';
import { accountExamples } from './account-examples.ts';
import { memberExamples } from './member-examples.ts';
import { bulkExamples } from './bulk-examples.ts';

/** Named examples of each operation's success. Its type makes a new operation without one an error. */
type SuccessExamples = {
  readonly [Id in keyof Operations]: Readonly<
    Record<string, z.output<Operations[Id]['success']['schema']>>
  >;
};

const CREATED = '2026-11-21T09:30:00.000Z';
const CHANGED = '2026-11-24T16:05:12.480Z';

const effective: Effective = { everywhere: true, at: CHANGED, unreachable: [] };

const api: Api = {
  id: 'interact',
  name: 'Interact API',
  formats: { secret: { prefix: 'int', length: 48 } },
  legacyFormats: [],
  environments: ['production'],
  revocation: 'final',
  permissions: [
    { id: 'agent_jobs_read', name: 'Read jobs', access: 'read', publishable: false },
    { id: 'agent_jobs_trigger', name: 'Trigger jobs', access: 'write', publishable: false },
  ],
  presets: [],
  expiry: null,
  rateLimits: [],
  rateLimitMax: null,
  resourceTypes: [],
  maxKeysPerOrganization: null,
  onLeak: { action: 'revoke' },
  createdAt: CREATED,
  updatedAt: CREATED,
};

const leakRule: LeakRule = {
  id: 'interact-secret',
  apiId: 'interact',
  kind: 'secret',
  description: 'Secret key of Interact API',
  pattern: 'int_[0-9A-Za-z]{48}',
  keywords: ['int_'],
  checksum: true,
};

const organization: Organization = {
  id: 'acme',
  name: 'Acme Inc.',
  suspended: false,
  createdAt: CREATED,
  updatedAt: CREATED,
};

/** Its hash is what the rule of the chain gives. */
const auditEvent: AuditEvent = {
  id: 'evt_0VbWq3b2Xn5Kp8Rt1Lm4Hs',
  at: CHANGED,
  sequence: 42,
  actor: { type: 'rootKey', id: 'key_0PxJmZ3kVb7cQm1tYw8sLd' },
  action: 'organization.suspended',
  target: { type: 'organization', id: 'acme', organizationId: 'acme' },
  before: organization,
  after: { ...organization, suspended: true, updatedAt: CHANGED },
  ip: '203.0.113.7',
  requestId: 'req_7f3c2a',
  previousHash: '50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c',
  hash: '71deb9e8ffc0e8473f3575c3f88fe7f66e71a5e5d3694284c53b98662c31aae0',
};

const webhook: Webhook = {
  id: 'whk_0PxJmZ3kVb7cQm1tYw8sLd',
  url: 'https://hooks.example.com/claviger',
  events: ['key.expiring', 'key.leaked'],
  apiId: null,
  organizationId: 'acme',
  environment: null,
  description: null,
  enabled: true,
  disabledReason: null,
  failingSince: null,
  oldSecretExpiresAt: null,
  createdAt: CREATED,
  updatedAt: CREATED,
};

const SIGNING_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const waiting: Delivery = {
  id: 'dlv_0PxJmZ3kVb7cQm1tYw8sLd',
  webhookId: webhook.id,
  noticeId: 'not_0PxJmZ3kVb7cQm1tYw8sLd',
  type: 'key.expiring',
  status: 'pending',
  nextAttemptAt: CHANGED,
  attempts: [],
  createdAt: CHANGED,
};

const delivered: Delivery = {
  ...waiting,
  status: 'delivered',
  nextAttemptAt: null,
  attempts: [{ at: CHANGED, status: 200, error: null, durationMs: 84, response: 'ok' }],
};

const resource: Resource = {
  organizationId: 'acme',
  type: 'customer',
  id: 'cus_1',
  name: 'Globex Corp.',
  createdAt: CREATED,
  updatedAt: CREATED,
};

const currentSecret: Key['secrets'][number] = {
  id: 'sec_0PxJmZ3kVb7cQm1tYw8sLd',
  hint: 'int_a1b2…w3x4',
  createdAt: CREATED,
  expiresAt: null,
  lastUsedAt: null,
};

const newSecret: Key['secrets'][number] = {
  ...currentSecret,
  id: 'sec_0PxKr4TnHa2eXf9uZv5iGb',
  hint: 'int_Q7r8…Y9z0',
  createdAt: CHANGED,
};

const key: Key = {
  id: 'key_0PxJmZ3kVb7cQm1tYw8sLd',
  apiId: 'interact',
  organizationId: 'acme',
  environment: 'production',
  kind: 'secret',
  name: 'Production scheduler',
  description: null,
  hint: currentSecret.hint,
  publicKey: null,
  permissions: ['agent_jobs_trigger'],
  preset: null,
  allowedOrigins: [],
  allowedIps: [],
  resources: {},
  ownerId: 'user_42',
  replacesKeyId: null,
  rateLimits: [],
  credits: null,
  status: 'active',
  expiresAt: null,
  notBefore: null,
  revokedAt: null,
  revokedReason: null,
  createdAt: CREATED,
  createdBy: { type: 'rootKey', id: 'key_0PxJh8sWq1dRy6oNc3fUjE' },
  updatedAt: CREATED,
  lastUsedAt: null,
  secrets: [currentSecret],
  warnings: [],
  metadata: { plan: 'pro' },
};

const changedKey: Key = { ...key, updatedAt: CHANGED };
const revokedKey: Key = {
  ...changedKey,
  status: 'revoked',
  revokedAt: CHANGED,
  revokedReason: 'Found in a public repository',
};

const touchedKey: TouchedKey = {
  id: key.id,
  name: key.name,
  apiId: key.apiId,
  organizationId: key.organizationId,
  environment: key.environment,
  hint: key.hint,
  status: key.status,
  lastUsedAt: null,
};

const accepted: Accepted = {
  valid: true,
  code: 'VALID',
  status: 200,
  keyId: key.id,
  secretId: currentSecret.id,
  apiId: 'interact',
  organizationId: 'acme',
  environment: 'production',
  kind: 'secret',
  name: key.name,
  permissions: ['agent_jobs_trigger'],
  resources: {},
  expiresAt: null,
  metadata: { plan: 'pro' },
  rateLimits: [],
  logId: 'log_0PxJmZ3kVb7cQm1tYw8sLd0a',
};

const refused: Refused = {
  valid: false,
  code: 'INSUFFICIENT_PERMISSIONS',
  status: 403,
  message:
    'This key lacks agent_jobs_read. Add the permission to the key, or use a key that holds it.',
  missing: ['agent_jobs_read'],
  keyId: key.id,
  secretId: currentSecret.id,
  apiId: 'interact',
  organizationId: 'acme',
  environment: 'production',
  kind: 'secret',
  name: key.name,
  logId: 'log_0PxJmZ3kVb7cQm1tYw8sLd0b',
};

const unknown: Refused = {
  valid: false,
  code: 'NOT_FOUND',
  status: 401,
  message:
    'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
  logId: 'log_0PxJmZ3kVb7cQm1tYw8sLd0c',
};

const logged: LogEntry = {
  id: 'log_0PxJmZ3kVb7cQm1tYw8sLd0a',
  at: CHANGED,
  keyId: key.id,
  secretId: currentSecret.id,
  organizationId: 'acme',
  apiId: 'interact',
  environment: 'production',
  code: 'VALID',
  status: 200,
  permissions: ['agent_jobs_trigger'],
  origin: null,
  ip: '203.0.113.7',
  userAgent: 'acme-scheduler/2.1',
  method: 'POST',
  path: '/v1/jobs',
  requestId: 'req_7Hq2',
  durationMs: 0.214,
  hint: null,
  responseStatus: 201,
  responseDurationMs: 48.2,
};

const pageOf = <Item>(item: Item) => ({ data: [item], nextCursor: null });

export const successExamples: SuccessExamples = {
  putApi: { answer: { api, effective } },
  listApis: { answer: pageOf(api) },
  getApi: { answer: api },
  deleteApi: { answer: { id: api.id, deleted: true, effective } },
  putOrganization: { answer: { organization, effective } },
  listOrganizations: { answer: pageOf(organization) },
  getOrganization: { answer: organization },
  patchOrganization: {
    answer: {
      organization: { ...organization, suspended: true, updatedAt: CHANGED },
      effective,
    },
  },
  deleteOrganization: { answer: { id: organization.id, deleted: true, effective } },
  putResource: { answer: { resource } },
  listResources: { answer: pageOf(resource) },
  getResource: { answer: resource },
  deleteResource: {
    answer: { organizationId: 'acme', type: 'customer', id: 'cus_1', deleted: true },
  },
  createKey: {
    answer: {
      secret: 'int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4',
      key,
      effective: { ...effective, at: CREATED },
    },
  },
  listKeys: { answer: { ...pageOf(key), previousCursor: null } },
  countKeys: { answer: { count: 42, isExact: true } },
  getKey: { answer: key },
  patchKey: { answer: { key: { ...changedKey, name: 'Nightly scheduler' }, effective } },
  replaceKey: {
    answer: {
      key: {
        ...key,
        id: 'key_0VbWq3b2Xn5Kp8Rt1Lm4Hs',
        replacesKeyId: key.id,
        hint: newSecret.hint,
        secrets: [newSecret],
      },
      secret: 'int_Q7r8S9t0U1v2W3x4Y5z6A7b8C9d0E1f2G3h4I5j6K7l8Y9z0',
      replaces: key,
      effective,
    },
  },
  rotateKey: {
    answer: {
      secret: 'int_Q7r8S9t0U1v2W3x4Y5z6A7b8C9d0E1f2G3h4I5j6K7l8Y9z0',
      key: {
        ...changedKey,
        hint: newSecret.hint,
        secrets: [newSecret, { ...currentSecret, expiresAt: '2026-11-25T16:05:12.480Z' }],
      },
      effective,
    },
  },
  regenerateKey: {
    answer: {
      secret: 'int_Q7r8S9t0U1v2W3x4Y5z6A7b8C9d0E1f2G3h4I5j6K7l8Y9z0',
      key: { ...changedKey, hint: newSecret.hint, secrets: [newSecret] },
      effective,
    },
  },
  disableKey: { answer: { key: { ...changedKey, status: 'inactive' }, effective } },
  enableKey: { answer: { key: changedKey, effective } },
  revokeKey: { answer: { key: revokedKey, effective } },
  deleteKey: { answer: { id: key.id, deleted: true, effective } },
  endSecret: {
    answer: {
      key: { ...changedKey, hint: newSecret.hint, secrets: [newSecret] },
      effective,
    },
  },
  ...bulkExamples(touchedKey, effective),
  importKeys: {
    answer: {
      imported: 1,
      failed: [
        {
          index: 1,
          code: 'ALREADY_KNOWN',
          message:
            'A key with this hash is here already, or came earlier in this import. Leave the entry out.',
        },
      ],
      keys: [{ index: 0, id: key.id }],
      effective,
    },
  },
  verifyKey: { valid: accepted, refused },
  verifyBatch: { answer: { data: [accepted, unknown] } },
  getMe: { answer: key },
  revokeMe: { answer: { key: revokedKey, effective } },
  reportLeaks: { answer: { received: 1 } },
  reportGithubLeaks: {
    answer: [
      {
        token_hash: '0c2bd2cb8a87be91c4b2c4a3cd5c8ff5a2c3d7e3f0a9be2d1d3d1f8a6e5b4c39',
        token_type: 'interact_api_key',
        label: 'true_positive',
      },
    ],
  },
  identifyLeaks: {
    answer: {
      data: [
        {
          keyId: key.id,
          secretId: currentSecret.id,
          name: key.name,
          apiId: key.apiId,
          organizationId: key.organizationId,
          environment: key.environment,
          live: true,
          public: false,
        },
        null,
      ],
    },
  },
  getLeakRules: {
    gitleaks: {
      rules: [leakRule],
      file: {
        name: '.gitleaks.toml',
        content: `[[rules]]\nid = "claviger-interact-secret"\nregex = '''\\b(int_[0-9A-Za-z]{48})\\b'''\n`,
      },
    },
  },
  listLogs: { answer: { ...pageOf(logged), recording: true } },
  exportLogs: { answer: logged },
  getLog: { answer: logged },
  completeLogs: { answer: { completed: 1, unknown: [] } },
  getUsage: {
    answer: {
      from: '2026-11-23T17:00:00.000Z',
      to: '2026-11-24T17:00:00.000Z',
      data: [
        { start: '2026-11-24T15:00:00.000Z', code: 'VALID', count: 18_204 },
        { start: '2026-11-24T16:00:00.000Z', code: 'RATE_LIMITED', count: 12 },
        { start: '2026-11-24T16:00:00.000Z', code: 'VALID', count: 17_377 },
      ],
    },
  },
  listInsights: {
    answer: {
      data: [
        {
          id: `UNUSED_PERMISSION:${key.id}`,
          kind: 'UNUSED_PERMISSION',
          severity: 'medium',
          keyId: key.id,
          apiId: key.apiId,
          organizationId: key.organizationId,
          environment: key.environment,
          title:
            '"Production scheduler" did not use 1 permission of 2 in 30 days: agent_jobs_trigger.',
          evidence: {
            unused: ['agent_jobs_trigger'],
            used: [{ permission: 'agent_jobs_read', lastUsedAt: '2026-12-24T16:04:51.020Z' }],
            preset: null,
            days: 30,
            observedSince: CREATED,
          },
          action: {
            summary: 'Take away what it does not use. It can be given back at any time.',
            method: 'PATCH',
            path: `/v1/keys/${key.id}`,
            body: { permissions: ['agent_jobs_read'] },
            command: `claviger keys update ${key.id} --permission agent_jobs_read`,
          },
          since: CHANGED,
        },
      ],
      nextCursor: null,
      observedSince: CREATED,
    },
  },
  listAuditEvents: { answer: pageOf(auditEvent) },
  getAuditEvent: { answer: auditEvent },
  exportAuditEvents: { answer: auditEvent },
  createWebhook: { answer: { webhook, secret: SIGNING_SECRET } },
  listWebhooks: { answer: pageOf(webhook) },
  getWebhook: { answer: webhook },
  patchWebhook: { answer: { webhook: { ...webhook, updatedAt: CHANGED } } },
  deleteWebhook: { answer: { id: webhook.id, deleted: true } },
  rotateWebhookSecret: {
    answer: {
      webhook: { ...webhook, oldSecretExpiresAt: '2026-11-25T16:05:12.480Z', updatedAt: CHANGED },
      secret: SIGNING_SECRET,
    },
  },
  testWebhook: { answer: { delivery: { ...waiting, type: 'webhook.test' } } },
  listDeliveries: { answer: pageOf(delivered) },
  getDelivery: { answer: delivered },
  redeliver: { answer: { delivery: waiting } },
  ...memberExamples,
  ...accountExamples,
};

const presented: VerifyInput = {
  token: 'int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4',
  apiId: 'interact',
  permissions: ['agent_jobs_trigger'],
};

/** What the components of the same name look like. */
export const objectExamples: Readonly<Record<string, unknown>> = {
  Accepted: accepted,
  Api: api,
  AuditEvent: auditEvent,
  Effective: effective,
  Key: key,
  LogEntry: logged,
  Organization: organization,
  Refused: refused,
  Resource: resource,
  Webhook: webhook,
  Delivery: delivered,
};

/** For the bodies whose schema brings no example of its own, or one that leaves something out. */
export const bodyExamples: { readonly [Id in keyof Operations]?: unknown } = {
  importKeys: { keys: [importKey.meta()?.['example']] },
  verifyKey: presented,
  verifyBatch: {
    verifications: [presented, { token: 'int_unknown', apiId: 'interact' }],
  },
};
