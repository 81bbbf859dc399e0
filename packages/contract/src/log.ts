import { z } from 'zod';
import {
  apiId,
  environmentId,
  keyId,
  organizationId,
  permissionId,
  secretId,
  timestamp,
} from './primitives.ts';
import { verificationCodes } from './verification-codes.ts';

export const logId = z
  .string()
  .regex(/^log_[0-9A-Za-z]{24}$/, 'must be an id that begins log_')
  .meta({
    description: 'Names one verification in the log',
    example: 'log_0PxJmZ3kVb7cQm1tYw8sLd0a',
  });

/** One verification, as it is on record. */
export const logEntry = z
  .object({
    id: logId,
    at: timestamp,
    keyId: keyId.nullable().meta({ description: 'null: no key was found' }),
    secretId: secretId
      .nullable()
      .meta({ description: 'null also where a public key was presented' }),
    organizationId: organizationId.nullable(),
    apiId: apiId.meta({ description: 'The API that was asked for' }),
    environment: environmentId.nullable(),
    code: z.enum(verificationCodes),
    status: z.int().meta({ description: 'What the protected API was told to answer' }),
    permissions: z.array(permissionId).meta({ description: 'Those that were asked for' }),
    origin: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    method: z.string().nullable(),
    path: z.string().nullable().meta({ description: 'Without its query' }),
    requestId: z.string().nullable(),
    durationMs: z.number().meta({ description: 'How long the verification took here' }),
    hint: z.string().nullable().meta({
      description: 'Of the presented token: prefix, first and last four characters',
    }),
    responseStatus: z.int().nullable().meta({
      description: 'What the protected API answered in the end, once it has said so',
    }),
    responseDurationMs: z.number().nullable(),
  })
  .meta({ id: 'LogEntry' });
export type LogEntry = z.output<typeof logEntry>;
