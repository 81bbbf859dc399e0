import {
  BODY_LIMIT_BYTES,
  IDEMPOTENCY_KEY_PATTERN,
  isRootPermission,
  sufficient,
  type Operation,
  operations,
  takesKeys,
  takesSessions,
} from '@claviger/contract';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import { LINES_CONTENT_TYPE } from '../http/lines.ts';
import { bodyExamples, objectExamples, successExamples } from './examples.ts';
import type { OpenApiDocument, Schema } from './openapi-model.ts';
import { plainPaths } from './openapi-plain-routes.ts';
import { headerReferences, limitHeaders, problemResponses } from './openapi-problems.ts';
import { problemCodesOf } from './operation-problems.ts';
import { webhookItems } from './openapi-webhooks.ts';
import { nameJsonValues, tidySchema } from './openapi-schemas.ts';

interface DocumentOptions {
  /** Where clients reach this server, without a slash at the end. */
  readonly publicUrl: string;
  readonly version: string;
}

/** OpenAPI 3.1 of the whole HTTP surface. The same contract and options give the same document. */
export function openApiDocument({ publicUrl, version }: DocumentOptions): OpenApiDocument {
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Claviger',
        version,
        description:
          'Issues, verifies, rotates and revokes the API keys of your platform, and records every change.',
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: [...tags],
      paths: { ...operationPaths(), ...plainPaths },
      webhooks: webhookItems,
      components: { securitySchemes, headers },
    },
    { override: tidySchema },
  );
  return withObjectExamples(nameJsonValues(document) as unknown as OpenApiDocument);
}

function withObjectExamples(document: OpenApiDocument): OpenApiDocument {
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]): [string, Schema] => {
      const example = objectExamples[name];
      return [
        name,
        example === undefined ? schema : Object.assign(schema, { examples: [example] }),
      ];
    },
  );
  return {
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(schemas) },
  };
}

const tags = [
  {
    name: 'APIs',
    description:
      'A protected API and what its keys are like: formats, permissions, presets, environments, expiry.',
  },
  {
    name: 'Organizations',
    description: 'The tenants that own keys. Their ids are your platform’s own.',
  },
  {
    name: 'Keys',
    description:
      'Issue, change, rotate, disable, revoke and delete keys. A change holds on every node when the call returns.',
  },
  {
    name: 'Verification',
    description: 'Decides on a presented key: what your API asks before it serves a request.',
  },
  {
    name: 'For any key',
    description: 'What the holder of a key may do with that key alone, whatever its permissions.',
  },
  {
    name: 'Logs',
    description:
      'Every verification, whatever came of it: who used which key, when, from where and for what.',
  },
  {
    name: 'Leaks',
    description:
      'Keys that were found in public: how anyone reports them, and the rules that find them. What becomes of them is the `onLeak` of their API.',
  },
  {
    name: 'Members',
    description:
      'Who belongs to an organization, as what, and how somebody comes to: by an invitation that works once.',
  },
  {
    name: 'Accounts',
    description:
      'People who sign in, in the place of a root key: the first of them, and who one is.',
  },
  {
    name: 'Usage',
    description: 'How often keys were verified and what was decided, by the hour, day or month.',
  },
  {
    name: 'Insights',
    description: 'What should be looked at, with the evidence and the one action that ends it.',
  },
  {
    name: 'Audit',
    description:
      'Who changed what, when and from where: a chain of events in which no change stays hidden. docs/audit.md has its rule.',
  },
  {
    name: 'Webhooks',
    description:
      'Notices of what happens to keys, as signed requests (Standard Webhooks) or e-mails: who gets which, and how it went.',
  },
  {
    name: 'Service',
    description: 'Health, metrics and documentation. These take no API key.',
  },
] as const;

const securitySchemes: Record<string, ZodOpenApiSecuritySchemeObject> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The API key as `Authorization: Bearer <key>`',
  },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The API key as `X-API-Key: <key>`',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'claviger.session_token',
    description:
      'The session of a person who signed in; `__Secure-claviger.session_token` over https. What changes something needs an `Origin`, and members name their organization in `X-Claviger-Organization`',
  },
  metricsToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token configured for /metrics; not an API key',
  },
};

const headers = {
  'X-Request-Id': {
    description:
      'Names this request in the log; taken over from the request when it brings a sane one',
    required: true,
    schema: { type: 'string' as const },
  },
  'Idempotency-Replayed': {
    description:
      'On the first answer to this `Idempotency-Key`, given again: nothing was done this time',
    schema: { type: 'string' as const, enum: ['true'] },
  },
  'WWW-Authenticate': {
    description:
      'How to authenticate, and what was wrong (RFC 6750): `Bearer realm="claviger", error="invalid_token", error_description="…"`',
    schema: { type: 'string' as const },
  },
  'RateLimit-Policy': {
    description:
      'The limits of the presented key that this request counts under (draft-ietf-httpapi-ratelimit-headers-10): `"read";q=60;w=60` admits 60 in any 60 seconds. Left out where there are none',
    schema: { type: 'string' as const },
  },
  RateLimit: {
    description:
      'What is left of these limits: `"read";r=42;t=17` has 42 left, and more in 17 seconds',
    schema: { type: 'string' as const },
  },
  'Retry-After': {
    description: 'Whole seconds to wait before the next try',
    schema: { type: 'integer' as const, minimum: 0 },
  },
};

function operationPaths(): ZodOpenApiPathsObject {
  const byPath = Map.groupBy(Object.values<Operation>(operations), ({ path }) => path);
  return Object.fromEntries(
    [...byPath].map(([path, group]) => [
      path,
      Object.fromEntries(
        group.map((operation) => [operation.method.toLowerCase(), describe(operation)]),
      ),
    ]),
  );
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, permission } = operation;
  // OpenAPI 3.1 lets a requirement of any scheme name the roles it needs.
  const enough = isRootPermission(permission) ? sufficient(permission).map((id) => [id]) : [[]];
  const keys = enough.flatMap((roles) => [{ bearer: roles }, { apiKeyHeader: roles }]);
  const sessions = enough.map((roles) => ({ session: roles }));
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    'x-required-permission': permission,
    security: [
      ...(takesKeys(permission) ? keys : []),
      ...(takesSessions(permission) ? sessions : []),
    ],
    ...parametersOf(operation),
    ...requestBodyOf(operation),
    responses: { ...successOf(operation), ...problemResponses(problemCodesOf(operation)) },
  };
}

function parametersOf({ params, query, idempotent }: Operation) {
  const requestParams = {
    ...(params === undefined ? {} : { path: params }),
    ...(query === undefined ? {} : { query: query as NonNullable<typeof params> }),
    ...(idempotent === true ? { header: idempotencyHeader } : {}),
  };
  return {
    ...(Object.keys(requestParams).length === 0 ? {} : { requestParams }),
    ...(takesMetadataFilters(query) ? { parameters: [metadataFilters] } : {}),
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(IDEMPOTENCY_KEY_PATTERN)
    .optional()
    .meta({
      description:
        'Names this request, so that it can be repeated: for 24 hours, the same key with the same request gets the first answer again and does nothing. A secret in it is there for 10 minutes. A random UUID will do.',
      examples: ['6c1c5ba4-4b0a-4f3e-9a5e-0d6f7a2f1f3c'],
    }),
});

/** A query that takes fields beyond its own takes the metadata filters, whose names the platform chooses. */
const takesMetadataFilters = (query: Operation['query']): boolean => {
  const rest = query instanceof z.ZodObject ? query.def.catchall : undefined;
  return rest !== undefined && !(rest instanceof z.ZodNever);
};

/** Style form, exploded: each property of the object is a query parameter of its own. */
const metadataFilters = {
  in: 'query' as const,
  name: 'metadata.*',
  description: 'Keys whose metadata has this value in this top-level entry: `metadata.plan=pro`',
  style: 'form' as const,
  explode: true,
  schema: {
    type: 'object' as const,
    maxProperties: 10,
    patternProperties: { '^metadata\\.[^.]{1,100}$': { type: 'string' as const, maxLength: 200 } },
    additionalProperties: false,
    examples: [{ 'metadata.plan': 'pro' }],
  },
};

function requestBodyOf(operation: Operation) {
  const { id, bodyLimitBytes = BODY_LIMIT_BYTES, lines } = operation;
  const body = operation.documentedBody ?? operation.body;
  if (body === undefined) return {};
  const example = bodyExamples[id as keyof typeof bodyExamples] ?? body.meta()?.['example'] ?? {};
  return {
    requestBody: {
      // Nothing counts as an empty object.
      required: !body.safeParse({}).success,
      description: `JSON, at most ${bodyLimitBytes / 1024} KiB`,
      content: {
        'application/json': { schema: body, example },
        ...(lines && { [LINES_CONTENT_TYPE]: { schema: lines.entry } }),
      },
    },
  };
}

function successOf(operation: Operation) {
  const { id, success, idempotent, lines, exported } = operation;
  const named = Object.entries(successExamples[id as keyof typeof successExamples] ?? {});
  const examples = Object.fromEntries(named.map(([name, value]) => [name, { value }]));
  if (exported === true) return exportOf(success.schema, examples);
  return {
    [String(success.status)]: {
      description: successDescriptions[success.status],
      headers: headerReferences([
        'X-Request-Id',
        ...(problemCodesOf(operation).includes('RATE_LIMITED') ? limitHeaders : []),
        ...(idempotent === true ? ['Idempotency-Replayed'] : []),
      ]),
      content: {
        'application/json': {
          schema: success.schema,
          examples,
        },
        // Of one line: OpenAPI 3.1 has no words for a stream of them.
        ...(lines && { [LINES_CONTENT_TYPE]: { schema: lines.answer } }),
      },
    },
  };
}

const successDescriptions = { 200: 'Done', 201: 'Created', 202: 'Taken note of' } as const;

/** Of one entry: OpenAPI 3.1 has no words for a stream of them. */
function exportOf(schema: z.ZodType, examples: Readonly<Record<string, { value: unknown }>>) {
  return {
    '200': {
      description: 'The entries, one a line, as long as there are any',
      headers: headerReferences(['X-Request-Id', ...limitHeaders]),
      content: {
        [LINES_CONTENT_TYPE]: { schema, examples },
        'text/csv': { schema: { type: 'string' as const } },
      },
    },
  };
}
