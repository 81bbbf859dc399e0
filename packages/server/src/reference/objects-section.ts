import { codeSample, coloredJson } from './code-sample.ts';
import { fieldTable, typeLabel } from './field-table.ts';
import { type Content, type Html, html, prose } from './html.ts';
import type { OpenApiDocument, Schema } from './openapi-model.ts';
import {
  JSON_VALUE,
  type SchemaReader,
  fieldsOf,
  nestedReferences,
  resolved,
} from './schema-fields.ts';

/** What answers are made of: every component inside an answer, and the problem document, each with its anchor. */
export function objectAnchors({
  paths,
  components: { schemas },
}: OpenApiDocument): Map<string, string> {
  const reader: SchemaReader = { schemas, anchors: new Map() };
  const answers = Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap(({ content = {} }) => Object.values(content))
    .flatMap(({ schema }) => (schema === undefined ? [] : [schema]));
  const nested = answers.flatMap((schema) => Array.from(nestedReferences(schema, reader)));
  const names = new Set([...nested, 'Problem']);
  names.delete(JSON_VALUE);
  return new Map([...names].toSorted().map((name) => [name, `object-${name}`]));
}

export const objectsSection = (reader: SchemaReader): Html =>
  html`<section id="objects" aria-labelledby="objects-title">
    <div class="section-head">
      <h2 id="objects-title">Objects</h2>
      <p>
        What answers are made of. Answers may gain fields over time; ignore those you do not know.
      </p>
    </div>
    ${[...reader.anchors.keys()].map((name) => objectSection(name, reader))}
  </section>`;

function objectSection(name: string, reader: SchemaReader): Html {
  const schema = resolved({ $ref: name }, reader);
  const [example] = schema.examples ?? [];
  return html`<article class="split" id="object-${name}" aria-labelledby="object-${name}-title">
    <div class="doc">
      <h3 id="object-${name}-title"><a class="anchor" href="#object-${name}">${name}</a></h3>
      ${schema.description !== undefined && html`<p>${prose(schema.description)}</p>`}
      ${shape(name, schema, reader)}
    </div>
    ${example !== undefined && html`<div class="samples">${codeSample({ caption: `${name}, for example`, code: coloredJson(example) })}</div>`}
  </article>`;
}

function shape(name: string, schema: Schema, reader: SchemaReader): Content {
  const { oneOf } = schema;
  if (oneOf !== undefined) return html`<p>Either ${typeLabel({ oneOf }, reader)}.</p>`;
  const fields = fieldsOf(schema, reader);
  return fieldTable({ fields, reader, direction: 'response', label: `Fields of ${name}` });
}
