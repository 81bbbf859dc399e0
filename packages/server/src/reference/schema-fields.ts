import type { Schema, Schemas } from './openapi-model.ts';

/** One row of a table of fields. Nested fields follow their parent: `formats.pair.public.length`. */
export interface Field {
  /** What stands before the name: `formats.pair.`, or nothing. */
  readonly parent: string;
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** What it takes to follow references. */
export interface SchemaReader {
  readonly schemas: Schemas;
  /** Components that the page explains in a place of their own, with its anchor: a row links there and does not unfold. */
  readonly anchors: ReadonlyMap<string, string>;
}

export const JSON_VALUE = 'JsonValue';

export const referencedName = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1);

export function resolved(schema: Schema, { schemas }: SchemaReader): Schema {
  const name = referencedName(schema);
  if (name === undefined) return schema;
  const target = schemas[name];
  if (target === undefined) throw new Error(`The document has no schema ${name}`);
  // Keywords beside a $ref apply as well.
  const { $ref: _target, ...besides } = schema;
  return { ...target, ...besides };
}

/** The alternatives of a union, or the schema alone. `null` is left to the type. */
export const variantsOf = (schema: Schema): readonly Schema[] =>
  (schema.anyOf ?? schema.oneOf ?? [schema]).filter(({ type }) => type !== 'null');

export function fieldsOf(schema: Schema, reader: SchemaReader, parent = ''): Field[] {
  const { properties = {}, required = [] } = resolved(schema, reader);
  const fields: Field[] = [];
  for (const [name, property] of Object.entries(properties)) {
    fields.push({ parent, name, required: required.includes(name), schema: property });
    fields.push(...nestedFields(property, reader, parent + name));
  }
  return fields;
}

function nestedFields(schema: Schema, reader: SchemaReader, path: string): Field[] {
  const name = referencedName(schema);
  if (name === JSON_VALUE || (name !== undefined && reader.anchors.has(name))) return [];
  return variantsOf(resolved(schema, reader)).flatMap((variant) => {
    const target = variant === schema ? schema : resolved(variant, reader);
    if (target.items !== undefined) return nestedFields(target.items, reader, `${path}[]`);
    if (target.properties !== undefined) return fieldsOf(target, reader, `${path}.`);
    if (typeof target.additionalProperties === 'object') {
      return nestedFields(target.additionalProperties, reader, `${path}.*`);
    }
    return [];
  });
}

/** Every component that a schema refers to from inside, directly or through others; not the schema itself. */
export function nestedReferences(schema: Schema, reader: SchemaReader): Set<string> {
  const found = new Set<string>();
  const visit = (part: Schema): void => {
    for (const child of childrenOf(part)) {
      const name = referencedName(child);
      if (name === undefined) visit(child);
      else if (!found.has(name)) {
        found.add(name);
        visit(resolved(child, reader));
      }
    }
  };
  visit(resolved(schema, reader));
  return found;
}

function childrenOf({ properties, items, additionalProperties, anyOf, oneOf }: Schema): Schema[] {
  return [
    ...Object.values(properties ?? {}),
    ...(items === undefined ? [] : [items]),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(anyOf ?? []),
    ...(oneOf ?? []),
  ];
}
