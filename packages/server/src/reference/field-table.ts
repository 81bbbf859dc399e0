import { type Content, type Html, html, joined, prose } from './html.ts';
import type { Schema } from './openapi-model.ts';
import {
  type Field,
  JSON_VALUE,
  type SchemaReader,
  referencedName,
  resolved,
  variantsOf,
} from './schema-fields.ts';
import { table } from './table.ts';

type Direction = 'request' | 'response';

interface FieldTable {
  readonly fields: readonly Field[];
  readonly reader: SchemaReader;
  /** Requests say what is required, how long and by default; in an answer that would be noise. */
  readonly direction: Direction;
  readonly label: string;
}

export const fieldTable = ({ fields, reader, direction, label }: FieldTable): Html =>
  table({
    className: 'fields',
    label,
    headings: ['Field', 'Description'],
    rows: fields.map((field) => {
      const schema = resolved(field.schema, reader);
      return [
        [fieldName(field), fieldType(field, reader, direction)],
        [description(schema, reader), notes(schema, reader, direction)],
      ];
    }),
  });

/** The path to a nested field may break after each dot. */
function fieldName({ parent, name }: Field): Html {
  const steps = parent.split(/(?<=\.)/).map((step) => html`${step}<wbr />`);
  return html`<span class="field-name"
    >${parent !== '' && html`<span class="parent">${steps}</span>`}${name}</span
  >`;
}

function fieldType(field: Field, reader: SchemaReader, direction: Direction): Html {
  const isRequired = direction === 'request' && field.required;
  return html`<span class="field-type"
    >${typeLabel(field.schema, reader)}${isRequired && html` <span class="required">required</span>`}</span
  >`;
}

/** A union's parts may each say something; the union's own words come first. */
function description(schema: Schema, reader: SchemaReader): Content {
  const own = schema.description;
  if (own !== undefined) return prose(own);
  const part = variantsOf(schema).map((variant) => resolved(variant, reader).description);
  return prose(part.find((text) => text !== undefined) ?? '');
}

function notes(schema: Schema, reader: SchemaReader, direction: Direction): Content {
  const parts = variantsOf(schema).map((variant) => resolved(variant, reader));
  const lines = [
    ...choices(parts),
    ...(direction === 'request' ? parts.flatMap((part) => bounds(part)) : []),
    ...(direction === 'request' ? [...defaultValue(schema), ...firstExample(schema)] : []),
  ];
  if (lines.length === 0) return null;
  return html`<ul class="constraints">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

function choices(parts: readonly Schema[]): Html[] {
  const values = parts.flatMap(
    ({ enum: named, const: only }) => named ?? (only === undefined ? [] : [only]),
  );
  if (values.length === 0) return [];
  const list = joined(values.map(literal), ' ');
  return [values.length === 1 ? html`Always ${list}` : html`One of ${list}`];
}

function bounds(schema: Schema): Html[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern, items } = schema;
  const lines = [
    range(minLength, maxLength, 'character', 'characters'),
    range(minimum, maximum, '', ''),
    range(minItems, maxItems, 'entry', 'entries'),
  ].flatMap((text) => (text === undefined ? [] : [html`${text}`]));
  if (pattern !== undefined) lines.push(html`Matches <code>${pattern}</code>`);
  const each = items === undefined || items.$ref !== undefined ? [] : bounds(items);
  return [...lines, ...each.map((line) => html`Each: ${line}`)];
}

const number = new Intl.NumberFormat('en');

/** "1–100 characters", "at least 1 entry". */
function range(from: number | undefined, to: number | undefined, one: string, many: string) {
  if (from === undefined && to === undefined) return undefined;
  const unit = (to ?? from) === 1 ? one : many;
  if (to === undefined) return `At least ${number.format(from ?? 0)} ${unit}`.trim();
  if (from === undefined) return `At most ${number.format(to)} ${unit}`.trim();
  return `${number.format(from)}–${number.format(to)} ${unit}`.trim();
}

function defaultValue({ default: value }: Schema): Html[] {
  return value === undefined ? [] : [html`Default ${literal(value)}`];
}

function firstExample({ examples, enum: named }: Schema): Html[] {
  const [example] = examples ?? [];
  if (example === undefined || named !== undefined) return [];
  return [html`Example ${literal(example)}`];
}

/** A text stands for itself; anything else as JSON. */
const literal = (value: unknown): Html =>
  html`<code>${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}</code>`;

/** "string", "Key[]", "timestamp or null", "map of string". */
export function typeLabel(schema: Schema, reader: SchemaReader): Html {
  const labels = typeLabels(schema, reader);
  const distinct = [...new Map(labels.map((label) => [label.markup, label])).values()];
  return joined(distinct, ' or ');
}

function typeLabels(schema: Schema, reader: SchemaReader): Html[] {
  const name = referencedName(schema);
  if (name === JSON_VALUE) return [html`JSON value`];
  const anchor = name === undefined ? undefined : reader.anchors.get(name);
  if (anchor !== undefined) return [html`<a href="#${anchor}">${name}</a>`];
  const target = resolved(schema, reader);
  const union = target.anyOf ?? target.oneOf;
  if (union !== undefined) return union.flatMap((part) => typeLabels(part, reader));
  return [target.type ?? 'any'].flat().map((type) => simpleType(type, target, reader));
}

const formatNames: Readonly<Record<string, string>> = {
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
};

function simpleType(type: string, schema: Schema, reader: SchemaReader): Html {
  const { format, items, additionalProperties } = schema;
  if (format === 'date-time') return html`<a href="#times">timestamp</a>`;
  if (format !== undefined) return html`${formatNames[format] ?? `${type} (${format})`}`;
  if (type === 'array' && items !== undefined) {
    const labels = typeLabels(items, reader);
    return labels.length === 1 ? html`${labels}[]` : html`(${joined(labels, ' or ')})[]`;
  }
  if (type === 'object' && typeof additionalProperties === 'object') {
    return html`map of ${typeLabel(additionalProperties, reader)}`;
  }
  return html`${type}`;
}
