import { z } from 'zod';
import type { ZodOpenApiPathsObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { headerReferences, problemResponses } from './openapi-problems.ts';
import { problemExplanation, problemDocument } from './problem-page.ts';

const answer = (
  description: string,
  content?: ZodOpenApiResponseObject['content'],
): ZodOpenApiResponseObject => ({
  description,
  headers: headerReferences(['X-Request-Id']),
  ...(content === undefined ? {} : { content }),
});

const text = (mediaType: string) => ({ [mediaType]: { schema: { type: 'string' as const } } });

const json = <Schema extends z.ZodType>(schema: Schema, example: z.output<Schema>) => ({
  'application/json': { schema, examples: { answer: { value: example } } },
});

const liveness = z.object({ status: z.literal('alive') });
const readiness = z.object({
  status: z.enum(['ready', 'unready']),
  database: z.enum(['ok', 'unreachable']),
  draining: z.boolean().meta({ description: 'true: the server is stopping and finishes its work' }),
  warnings: z
    .array(z.enum(['UNTRUSTED_PROXY']))
    .optional()
    .meta({
      description:
        'What the operator should look at; left out when there is nothing. `UNTRUSTED_PROXY`: this request came through a proxy that is not in CLAVIGER_TRUSTED_PROXIES, so its callers are recorded under its address',
    }),
});

/** The routes that are not operations of the contract: they take no API key. */
export const plainPaths: ZodOpenApiPathsObject = {
  '/health/live': {
    get: {
      operationId: 'getLiveness',
      tags: ['Service'],
      summary: 'Is the process alive?',
      description: 'Answers as long as the process runs. It asks nothing of the database.',
      security: [],
      responses: { '200': answer('The process is alive', json(liveness, { status: 'alive' })) },
    },
  },
  '/health/ready': {
    get: {
      operationId: 'getReadiness',
      tags: ['Service'],
      summary: 'Can it take requests?',
      description:
        'For load balancers: not ready while the database is away or migrations are pending.',
      security: [],
      responses: {
        '200': answer(
          'Ready for requests',
          json(readiness, { status: 'ready', database: 'ok', draining: false }),
        ),
        '503': answer(
          'Not ready: the database is away, migrations are pending or the server is stopping',
          json(readiness, { status: 'unready', database: 'unreachable', draining: false }),
        ),
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['Service'],
      summary: 'Metrics for Prometheus',
      description:
        'Takes the metrics token as `Authorization: Bearer <token>`. Where none is configured, it answers only requests from the same machine that carry no forwarding headers.',
      security: [{}, { metricsToken: [] }],
      responses: {
        '200': answer('Metrics in the Prometheus text format', text('text/plain')),
        ...problemResponses(['CONFLICTING_CREDENTIALS', 'CREDENTIAL_MISSING', 'NOT_FOUND']),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'getOpenApiDocument',
      tags: ['Service'],
      summary: 'The OpenAPI document',
      description: 'What this reference is made from; for client generators and other tools.',
      security: [],
      responses: {
        '200': answer('An OpenAPI 3.1 document', {
          'application/json': { schema: { type: 'object' } },
        }),
      },
    },
  },
  '/docs': {
    get: {
      operationId: 'getReference',
      tags: ['Service'],
      summary: 'This reference',
      security: [],
      responses: { '200': answer('The reference as a page', text('text/html')) },
    },
  },
  '/problems/{code}': {
    get: {
      operationId: 'getProblem',
      tags: ['Service'],
      summary: 'What a problem means',
      description:
        'The address in a problem’s `type`: an explanation and the remedy, as a page or as JSON, whichever the request accepts.',
      security: [],
      parameters: [
        {
          in: 'path',
          name: 'code',
          required: true,
          description: 'The problem’s code in kebab-case',
          schema: { type: 'string', examples: ['key-not-found'] },
        },
      ],
      responses: {
        '200': answer('The explanation', {
          ...text('text/html'),
          ...json(problemExplanation, problemDocument('KEY_NOT_FOUND')),
        }),
        ...problemResponses(['PROBLEM_NOT_FOUND']),
      },
    },
  },
};
