import { z } from 'zod';
import { creditsState } from './credits.ts';
import { keyKinds, resourceScope } from './key.ts';
import { logId } from './log.ts';
import {
  apiId,
  environmentId,
  keyId,
  organizationId,
  permissionId,
  resourceId,
  resourceTypeId,
  secretId,
  timestamp,
} from './primitives.ts';
import { rateLimitState } from './rate-limit.ts';
import { refusalCodes } from './verification-codes.ts';

const asked = z.array(permissionId).max(64);
const oneOrMore = z.union([resourceId, z.array(resourceId).min(1).max(100)]);

export const verifyBody = z
  .strictObject({
    token: z.string().max(4_096).meta({ description: 'What the caller presented, unchanged' }),
    apiId: apiId
      .optional()
      .meta({ description: 'Required unless the root key is bound to one API' }),
    environment: environmentId.optional().meta({
      description: 'Required where the API declares more than one',
    }),
    organizationId: organizationId.optional().meta({
      description: 'The organization the request is about; a key of another is refused',
    }),
    permissions: z
      .union([asked, z.strictObject({ anyOf: asked.min(1) })])
      .optional()
      .meta({
        description: 'All of a list, or any of `{"anyOf": […]}`',
      }),
    resources: z.record(resourceTypeId, oneOrMore).optional().meta({
      description:
        'What the request acts on. Left out, a scoped key is refused; {} says the caller filters by the returned scope',
    }),
    origin: z.string().max(2_048).nullable().optional().meta({
      description: 'The `Origin` of the request, unchanged; null or left out: it has none',
    }),
    ip: z.union([z.ipv4(), z.ipv6()]).optional().meta({
      description: 'The address of the caller, as your proxies let you know it',
    }),
    cost: z.int().min(0).max(1_000_000).default(1).meta({
      description: 'What the request takes from limits and credits; 0 only looks',
    }),
    request: z
      .strictObject({
        id: z.string().max(200),
        method: z.string().max(20),
        path: z.string().max(2_048),
        userAgent: z.string().max(1_000),
      })
      .partial()
      .optional()
      .meta({ description: 'What the caller asked the protected API for; for the log' }),
  })
  .meta({
    id: 'Verify',
    example: { token: 'int_…', apiId: 'interact', permissions: ['agent_jobs_trigger'] },
  });
export type Verify = z.output<typeof verifyBody>;
export type VerifyInput = z.input<typeof verifyBody>;

const identity = {
  keyId,
  secretId: secretId.nullable().meta({ description: 'null when a public key was presented' }),
  apiId,
  organizationId,
  environment: environmentId,
  kind: z.enum(keyKinds),
  name: z.string(),
};

const limits = {
  rateLimits: z.array(rateLimitState).meta({
    description: 'The limits that apply to this verification, as it left them',
  }),
  credits: creditsState.optional().meta({ description: 'For a key that has credits' }),
};

const logged = {
  logId: logId.optional().meta({
    description:
      'The entry on record, for completing it. Left out when there is none: the log is switched off, or more is to be recorded than can be',
  }),
};

export const accepted = z
  .object({
    valid: z.literal(true),
    code: z.literal('VALID'),
    status: z.literal(200),
    ...identity,
    permissions: z.array(permissionId).meta({ description: 'All it holds, the preset’s included' }),
    resources: resourceScope,
    expiresAt: timestamp.nullable(),
    metadata: z.record(z.string(), z.json()),
    ...limits,
    ...logged,
  })
  .meta({ id: 'Accepted' });
export type Accepted = z.output<typeof accepted>;

export const refused = z
  .object({
    valid: z.literal(false),
    code: z.enum(refusalCodes),
    status: z.union([z.literal(401), z.literal(403), z.literal(429)]).meta({
      description: 'What the protected API should answer its caller',
    }),
    message: z.string(),
    missing: z.array(permissionId).optional().meta({
      description: 'With INSUFFICIENT_PERMISSIONS: the permissions asked for and not held',
    }),
    retryAfterSeconds: z.int().optional().meta({
      description: 'With RATE_LIMITED, and with QUOTA_EXCEEDED before a refill',
    }),
    ...z.object({ ...identity, ...limits }).partial().shape,
    ...logged,
  })
  .meta({ id: 'Refused', description: 'NOT_FOUND carries nothing about any key' });
export type Refused = z.output<typeof refused>;

export const decision = z.discriminatedUnion('valid', [accepted, refused]).meta({ id: 'Decision' });
export type Decision = Accepted | Refused;

export const verifyBatchBody = z
  .strictObject({ verifications: z.array(verifyBody).min(1).max(1_000) })
  .meta({ id: 'VerifyBatch' });
export type VerifyBatch = z.output<typeof verifyBatchBody>;
export const batchDecided = z
  .object({ data: z.array(decision).meta({ description: 'In the order of the request' }) })
  .meta({ id: 'BatchDecided' });
