import { z } from 'zod';
import { exportQuery, isOrdered, listOf, ordered, pageQuery } from './lists.ts';
import {
  apiId,
  environmentId,
  keyId,
  label,
  organizationId,
  permissionId,
  secretId,
  timestamp,
} from './primitives.ts';
import { verificationCodes, verificationStatuses } from './verification-codes.ts';

export const logId = z
  .string()
  .regex(/^log_[0-9A-Za-z]{24}$/, 'must be log_ and 24 letters and digits')
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
    requestId: z.string().nullable().meta({
      description:
        'As the verification named it in `request.id`, else the `X-Request-Id` that it was sent with',
    }),
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

export const logsListed = listOf(logEntry)
  .extend({
    nextCursor: z.string().nullable().meta({
      description: 'null on the last page. A page may be empty and have one: go on with it',
    }),
    recording: z.boolean().meta({
      description: 'false: the log is switched off, and holds at most what came before that',
    }),
  })
  .meta({ id: 'LogsListed' });
export type LogsListed = z.output<typeof logsListed>;

export const logParams = z.object({ logId });

const statuses = [...new Set(Object.values(verificationStatuses))].map(String) as [
  string,
  ...string[],
];

/** What an entry must be to be listed. Filters combine with "and"; what is left out restricts nothing. */
const logFilters = {
  keyId: keyId.optional(),
  secretId: secretId.optional().meta({ description: 'Who still uses an old secret?' }),
  organizationId: organizationId.optional(),
  apiId: apiId.optional(),
  environment: environmentId.optional(),
  code: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(verificationCodes)))
    .optional()
    .meta({ description: 'One code, or several with commas: `RATE_LIMITED,QUOTA_EXCEEDED`' }),
  status: z
    .enum(statuses)
    .transform(Number)
    .optional()
    .meta({ description: 'What the protected API was told to answer' }),
  responseStatus: z.coerce
    .number()
    .int()
    .min(100)
    .max(599)
    .optional()
    .meta({ description: 'What the protected API answered in the end, where it has said so' }),
  valid: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'true: those let through; false: those refused' }),
  permission: permissionId.optional().meta({ description: 'Those that asked for it' }),
  origin: label(2_048).optional().meta({ description: 'The `Origin` of the request, as it came' }),
  ip: label(100).optional().meta({
    description: 'The address of the caller, or a CIDR block it lies in',
    example: '203.0.113.0/24',
  }),
  userAgent: label(200)
    .optional()
    .meta({ description: 'Part of the user agent, upper or lower case alike' }),
  method: label(20).optional().meta({ description: 'Upper or lower case alike', example: 'POST' }),
  path: label(2_048)
    .refine(
      (text) => !/[?#]/.test(text),
      'must have no "?" and no "#": query and fragment are not on record',
    )
    .optional()
    .meta({
      description:
        'What the path begins with, or without a slash in front, part of it; without query',
      example: '/v1/jobs',
    }),
  requestId: label(200).optional().meta({ description: 'As the verification named it' }),
  from: timestamp.optional().meta({ description: 'Not before' }),
  to: timestamp.optional().meta({ description: 'Before, and not at' }),
  q: label(200).optional().meta({
    description:
      'Part of the hint, path, user agent, origin, request id, address or any id, upper or lower case of ASCII alike',
  }),
};

export const listLogsQuery = z
  .strictObject({ ...pageQuery, ...logFilters })
  .refine(isOrdered, ordered);
export type ListLogs = z.output<typeof listLogsQuery>;

export const exportLogsQuery = z
  .strictObject({ ...exportQuery, ...logFilters })
  .refine(isOrdered, ordered);
export type ExportLogs = z.output<typeof exportLogsQuery>;

export type WantedLogs = Omit<ExportLogs, 'format'>;

/** A day: no request is still answered after that. */
const MAX_RESPONSE_MS = 86_400_000;

export const MAX_LOG_COMPLETIONS = 1_000;

export const completeLogsBody = z
  .strictObject({
    entries: z
      .array(
        z.strictObject({
          logId,
          responseStatus: z.int().min(100).max(599).meta({
            description: 'What the protected API answered in the end',
          }),
          responseDurationMs: z.number().min(0).max(MAX_RESPONSE_MS).nullable().default(null),
        }),
      )
      .min(1)
      .max(MAX_LOG_COMPLETIONS),
  })
  .meta({
    id: 'CompleteLogs',
    example: {
      entries: [
        { logId: 'log_0PxJmZ3kVb7cQm1tYw8sLd0a', responseStatus: 201, responseDurationMs: 48.2 },
      ],
    },
  });
export type CompleteLogs = z.output<typeof completeLogsBody>;
export type CompleteLogsInput = z.input<typeof completeLogsBody>;

export const logsCompleted = z
  .object({
    completed: z.int(),
    unknown: z.array(logId).meta({
      description: 'Those that are not on record here: too old, or not yours',
    }),
  })
  .meta({ id: 'LogsCompleted' });
export type LogsCompleted = z.output<typeof logsCompleted>;
