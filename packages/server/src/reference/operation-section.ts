import { sufficient, takesKeys } from '@claviger/contract';
import { LINES_CONTENT_TYPE } from '../http/lines.ts';
import { codeSample, coloredJson, curlCommand } from './code-sample.ts';
import { fieldTable, typeLabel } from './field-table.ts';
import { type Content, type Html, html, prose } from './html.ts';
import type {
  DocumentedOperation,
  MediaType,
  Parameter,
  Response,
  Schema,
} from './openapi-model.ts';
import { methodBadge } from './page.ts';
import { commonProblemCodes } from './operation-problems.ts';
import { problemList } from './problem-list.ts';
import {
  type Field,
  type SchemaReader,
  fieldsOf,
  referencedName,
  resolved,
} from './schema-fields.ts';

/** An operation with where it is found. */
export interface PlacedOperation extends DocumentedOperation {
  /** In lower case. */
  readonly method: string;
  readonly path: string;
}

export interface ReferenceContext {
  /** Follows references from requests, and from answers. */
  readonly bodies: SchemaReader;
  readonly answers: SchemaReader;
  readonly publicUrl: string;
}

export const operationSection = (operation: PlacedOperation, context: ReferenceContext): Html =>
  html`<article
    class="split"
    id="${operation.operationId}"
    aria-labelledby="${operation.operationId}-title"
  >
    <div class="doc">
      <h3 id="${operation.operationId}-title">
        <a class="anchor" href="#${operation.operationId}">${operation.summary}</a>
      </h3>
      <p class="endpoint">
        ${methodBadge(operation.method)} <code>${breakable(operation.path)}</code>
      </p>
      ${operation.description !== undefined && html`<p>${prose(operation.description)}</p>`}
      ${permissionLine(operation)} ${parameterTable('Path parameters', 'path', operation, context)}
      ${parameterTable('Query parameters', 'query', operation, context)}
      ${parameterTable('Headers', 'header', operation, context)} ${requestBody(operation, context)}
      ${success(operation, context)} ${problemsOf(operation)}
    </div>
    <div class="samples">${requestSample(operation, context)} ${responseSamples(operation)}</div>
  </article>`;

/** A path may break after a slash. */
export const breakable = (path: string): Content =>
  path.split(/(?<=.\/)/).map((part, index) => (index === 0 ? part : html`<wbr />${part}`));

function permissionLine({ 'x-required-permission': permission }: PlacedOperation): Content {
  if (permission === undefined) return null;
  if (permission === 'none') return html`<p class="permission">Open to everyone; takes no key.</p>`;
  if (permission === 'any') return html`<p class="permission">Takes any valid key.</p>`;
  if (permission === 'session')
    return html`<p class="permission">For people who signed in; takes no key.</p>`;
  const [own, ...others] = sufficient(permission).map((id) => html`<code>${id}</code>`);
  return html`<p class="permission">
    Needs a root key with ${own}${others.map((other) => html` or ${other}`)}.
  </p>`;
}

function parameterTable(
  title: string,
  place: Parameter['in'],
  { parameters = [], summary }: PlacedOperation,
  { bodies }: ReferenceContext,
): Content {
  const fields = parameters
    .filter((parameter) => parameter.in === place)
    .map((parameter): Field => {
      const { name, required = false, description, schema } = parameter;
      const described = description === undefined ? schema : { ...schema, description };
      return { parent: '', name, required, schema: described };
    });
  if (fields.length === 0) return null;
  return html`<h4>${title}</h4>
    ${fieldTable({ fields, reader: bodies, direction: 'request', label: `${title}: ${summary}` })}`;
}

function requestBody(operation: PlacedOperation, { bodies }: ReferenceContext): Content {
  const schema = jsonOf(operation.requestBody?.content)?.schema;
  if (schema === undefined) return null;
  const fields = fieldsOf(schema, bodies);
  const content =
    fields.length === 0
      ? html`<p>Nothing, or an empty object.</p>`
      : fieldTable({
          fields,
          reader: bodies,
          direction: 'request',
          label: `Request body: ${operation.summary}`,
        });
  const optional = operation.requestBody?.required === false && fields.length > 0;
  return html`<h4>Request body${optional && ', optional'}</h4>
    ${content}`;
}

function success(operation: PlacedOperation, { answers }: ReferenceContext): Content {
  const label = `Response: ${operation.summary}`;
  return successes(operation).map(([status, response]) => {
    const schema = jsonOf(response.content)?.schema;
    return html`<h4>Response <span class="status">${status}</span></h4>
      ${schema === undefined ? plainAnswer(response) : jsonAnswer(schema, answers, label)}`;
  });
}

/** An answer that is an object of its own is linked; one that only wraps others shows its fields. */
function jsonAnswer(schema: Schema, reader: SchemaReader, label: string): Content {
  const { oneOf } = resolved(schema, reader);
  if (oneOf !== undefined) return html`<p>Either ${typeLabel({ oneOf }, reader)}.</p>`;
  const isObject = reader.anchors.has(referencedName(schema) ?? '');
  if (isObject) return html`<p>The ${typeLabel(schema, reader)} object.</p>`;
  const fields = fieldsOf(schema, reader);
  if (fields.length === 0) return html`<p>A JSON object.</p>`;
  return fieldTable({ fields, reader, direction: 'response', label });
}

function plainAnswer({ description, content = {} }: Response): Html {
  const [mediaType] = Object.keys(content);
  return html`<p>
    ${prose(description)}${mediaType !== undefined && html`, as <code>${mediaType}</code>`}.
  </p>`;
}

function problemsOf({ responses }: PlacedOperation): Content {
  const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  if (refusals.length === 0) return null;
  const codes = refusals.flatMap(([, response]) => response['x-problem-codes'] ?? []);
  const own = codes.filter((code) => !commonProblemCodes.includes(code));
  return html`<h4>Problems</h4>
    ${refusals.map(uncodedRefusal)} ${own.length > 0 && problemList(own)}
    ${own.length < codes.length && commonProblemsLine(own.length === 0 ? 'Only the' : 'And the')}`;
}

const uncodedRefusal = ([status, response]: readonly [string, Response]): Content =>
  response['x-problem-codes'] === undefined &&
  html`<p><span class="status">${status}</span> ${prose(response.description)}.</p>`;

const commonProblemsLine = (opening: string): Html =>
  html`<p class="permission">
    ${opening} <a href="#common-problems">problems of every operation</a>.
  </p>`;

function requestSample(operation: PlacedOperation, { publicUrl }: ReferenceContext): Html {
  const example = jsonOf(operation.requestBody?.content)?.example;
  const permission = operation['x-required-permission'];
  const rootKey = permission === 'any' ? 'API_KEY' : 'CLAVIGER_ROOT_KEY';
  const command = curlCommand({
    method: operation.method.toUpperCase(),
    url: publicUrl + exampleTarget(operation),
    keyVariable: permission !== undefined && takesKeys(permission) ? rootKey : undefined,
    body: isEmptyObject(example) ? undefined : example,
  });
  return codeSample({ caption: 'Example request', code: html`${command}` });
}

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The path with example values, and the first two query parameters that have one: enough to show how. */
function exampleTarget({ path, parameters = [] }: PlacedOperation): string {
  const examples = new Map(parameters.map(({ name, schema }) => [name, schema.examples?.[0]]));
  const filled = path.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    String(examples.get(name) ?? placeholder),
  );
  const query = parameters
    .filter(({ in: place }) => place === 'query')
    .flatMap(({ name }) => {
      const example = examples.get(name);
      return typeof example === 'string' ? [[name, example]] : [];
    })
    .slice(0, 2);
  return query.length === 0 ? filled : `${filled}?${new URLSearchParams(query)}`;
}

function responseSamples(operation: PlacedOperation): Content {
  return successes(operation).flatMap(([status, { content }]) => {
    const shown = jsonOf(content) ?? content?.[LINES_CONTENT_TYPE];
    const named = Object.entries(shown?.examples ?? {});
    return named.map(([name, { value }]) => {
      const which = named.length === 1 ? '' : `, ${name}`;
      return codeSample({
        caption: `Example response ${status}${which}`,
        code: coloredJson(value),
      });
    });
  });
}

const successes = ({ responses }: PlacedOperation) =>
  Object.entries(responses).filter(([status]) => Number(status) < 400);

const jsonOf = (content: Readonly<Record<string, MediaType>> | undefined): MediaType | undefined =>
  content?.['application/json'];
