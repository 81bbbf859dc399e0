import { readFileSync } from 'node:fs';
import { type Operation, noticeTypeNames, operations, problems } from '@claviger/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { bodyExamples, successExamples } from '../src/reference/examples.ts';
import { openApiDocument } from '../src/reference/openapi-document.ts';
import type { Parameter } from '../src/reference/openapi-model.ts';
import { problemCodesOf } from '../src/reference/operation-problems.ts';

const file = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const { version } = JSON.parse(file('package.json')) as { version: string };
const generate = () => openApiDocument({ publicUrl: 'http://localhost:8787', version });

const document = generate();
const contractOperations = Object.entries<Operation>(operations);
const documentedOperations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  it('is the committed packages/server/openapi.json', () => {
    const generated = `${JSON.stringify(document, null, 2)}\n`;
    const isCurrent = generated === file('openapi.json');
    expect(isCurrent, 'openapi.json is out of date: run "npm run openapi" and commit it').toBe(
      true,
    );
  });

  it('comes out the same every time', () => {
    expect(JSON.stringify(generate())).toBe(JSON.stringify(document));
  });

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone({ ...document }));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('names the public address and the version', () => {
    const other = openApiDocument({ publicUrl: 'https://keys.example.com/base', version: '9.8.7' });
    expect(other.servers).toEqual([{ url: 'https://keys.example.com/base' }]);
    expect(other.info.version).toBe('9.8.7');
  });

  it('gives every operation an id of its own', () => {
    const ids = documentedOperations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('explains every tag, and none that nothing has', () => {
    const used = new Set(documentedOperations.flatMap(({ operation }) => operation.tags));
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(used);
  });

  it('resolves every reference', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(100);
    const missing = [...new Set(references)].filter((text) => {
      const [, pointer = ''] = /"(#[^"]+)"$/.exec(text) ?? [];
      return pointer === '' || at(document, pointer) === undefined;
    });
    expect(missing).toEqual([]);
  });

  it('has what is sent about every type of notice', () => {
    expect(Object.keys(document.webhooks)).toEqual(noticeTypeNames);
    const { post } = document.webhooks['key.expiring']!;
    expect(post).toMatchObject({
      operationId: 'notice_key_expiring',
      requestBody: {
        content: {
          'application/json': {
            schema: {
              properties: {
                type: { const: 'key.expiring' },
                data: { properties: { key: { $ref: '#/components/schemas/KeyAsTold' } } },
              },
            },
          },
        },
      },
    });
  });

  it('names no schema by number', () => {
    expect(JSON.stringify(document)).not.toContain('__schema');
  });

  it('has the routes that are not operations', () => {
    const plain = documentedOperations
      .filter(({ operation }) => operation['x-required-permission'] === undefined)
      .map(({ method, path }) => `${method} ${path}`);
    expect(plain).toEqual([
      'get /health/live',
      'get /health/ready',
      'get /metrics',
      'get /openapi.json',
      'get /docs',
      'get /problems/{code}',
    ]);
  });

  it('carries X-Request-Id on every answer and WWW-Authenticate on every 401', () => {
    for (const { operation } of documentedOperations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const where = `${operation.operationId} ${status}`;
        expect(response, where).toHaveProperty(['headers', 'X-Request-Id']);
        const isChallenge = status === '401' && response['x-problem-codes'] !== undefined;
        if (isChallenge) expect(response, where).toHaveProperty(['headers', 'WWW-Authenticate']);
      }
    }
  });
});

describe.each(contractOperations)('operation %s', (key, operation) => {
  const { id, method, path, permission, success, body } = operation;
  const documented = document.paths[path]?.[method.toLowerCase()];

  it('is documented under its own id', () => {
    expect(id).toBe(key);
    expect(documented).toMatchObject({
      operationId: id,
      tags: [operation.tag],
      summary: operation.summary,
      'x-required-permission': permission,
    });
  });

  it('documents every parameter', () => {
    const parameters = documented?.parameters ?? [];
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(namesIn('path', parameters)).toEqual(inPath);
    const query = Object.keys((operation.query as { shape?: object } | undefined)?.shape ?? {});
    expect(namesIn('query', parameters)).toEqual(expect.arrayContaining(query));
  });

  it('carries the limits that it counts under', () => {
    const names = ['RateLimit-Policy', 'RateLimit'];
    const { [success.status]: done, 429: refused } = documented?.responses ?? {};
    const headersOf = (response: object | undefined) =>
      Object.keys((response as { headers?: object } | undefined)?.headers ?? {});
    if (!problemCodesOf(operation).includes('RATE_LIMITED')) {
      expect(['any', 'none', 'session']).toContain(permission);
      for (const name of names) expect(headersOf(done)).not.toContain(name);
      expect(refused).toBeUndefined();
    } else {
      expect(headersOf(done)).toEqual(expect.arrayContaining(names));
      expect(headersOf(refused)).toEqual(expect.arrayContaining([...names, 'Retry-After']));
    }
  });

  it('documents every problem under its status', () => {
    for (const code of problemCodesOf(operation)) {
      const response = documented?.responses[problems[code].status];
      expect(response?.['x-problem-codes']).toContain(code);
      expect(response?.description).toContain(`\`${code}\``);
      expect(response?.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
  });

  it('has examples that its own schemas accept', () => {
    for (const example of Object.values(successExamples[id as keyof typeof successExamples])) {
      expect(success.schema.safeParse(example).error).toBeUndefined();
    }
    if (body === undefined) return;
    const example = documented?.requestBody?.content['application/json']?.example;
    expect(example).toBeDefined();
    expect(body.safeParse(example).error).toBeUndefined();
  });
});

it('has no example for an operation that does not exist', () => {
  expect(Object.keys(successExamples)).toEqual(Object.keys(operations));
  expect(Object.keys(operations)).toEqual(expect.arrayContaining(Object.keys(bodyExamples)));
});

const namesIn = (place: Parameter['in'], parameters: readonly Parameter[]): string[] =>
  parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);

/** What a reference `#/a/b` points at (RFC 6901). */
function at(root: unknown, reference: string): unknown {
  const steps = reference.slice(2).split('/');
  return steps.reduce<unknown>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[name]
      : undefined;
  }, root);
}
