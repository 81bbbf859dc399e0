import { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

type Override = Extract<
  NonNullable<CreateDocumentOptions['override']>,
  (...args: never) => unknown
>;

/** zod writes the bounds of safe integers out; a reader learns nothing from them. */
const SAFE_BOUNDS = new Set<unknown>([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/** JSON Schema as people and client generators expect it, from what zod writes. */
export const tidySchema: Override = ({ jsonSchema, zodSchema, io }) => {
  // A format says it in a word; the pattern zod adds for it runs to 300 characters.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;

  if (SAFE_BOUNDS.has(jsonSchema.minimum)) delete jsonSchema.minimum;
  if (SAFE_BOUNDS.has(jsonSchema.maximum)) delete jsonSchema.maximum;

  // Answers may gain fields; a generated client must not refuse them.
  const isOpen = zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined;
  if (io === 'output' && isOpen) delete jsonSchema.additionalProperties;

  // OpenAPI 3.1 deprecates "example" inside a schema in favour of JSON Schema's "examples".
  if (jsonSchema['example'] !== undefined) {
    jsonSchema.examples = [jsonSchema['example']];
    delete jsonSchema['example'];
  }
};

const ANONYMOUS = /^#\/components\/schemas\/(__schema\d+)$/;
const JSON_VALUE = 'JsonValue';

/**
 * zod gives every `z.json()` a recursive component of its own, `__schema0` and so on. They all say the
 * same, so the document has one and gives it a name.
 */
export function nameJsonValues<Document extends { components?: { schemas?: object } }>(
  document: Document,
): Document {
  const text = JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'string'
      ? value.replace(ANONYMOUS, `#/components/schemas/${JSON_VALUE}`)
      : value,
  );
  const renamed = JSON.parse(text) as Document;
  const named = Object.entries(renamed.components?.schemas ?? {}).map(
    ([name, schema]): [string, unknown] => {
      if (!name.startsWith('__schema')) return [name, schema];
      requireAnyJson(name, schema);
      return [JSON_VALUE, { description: 'Any JSON value', ...schema }];
    },
  );
  const schemas = Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...renamed, components: { ...renamed.components, schemas } };
}

const ANY_JSON = JSON.stringify([
  { type: 'string' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'null' },
  { type: 'array', items: { $ref: `#/components/schemas/${JSON_VALUE}` } },
  {
    type: 'object',
    propertyNames: { type: 'string' },
    additionalProperties: { $ref: `#/components/schemas/${JSON_VALUE}` },
  },
]);

function requireAnyJson(name: string, schema: object): void {
  if ('anyOf' in schema && JSON.stringify(schema.anyOf) === ANY_JSON) return;
  throw new Error(`${name} is recursive and has no name: give its schema .meta({ id }).`);
}
