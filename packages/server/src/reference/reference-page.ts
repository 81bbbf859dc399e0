import { problemsSection, verificationCodesSection } from './catalog-sections.ts';
import { conventionParts, conventionsSection } from './conventions.ts';
import { type Content, type Html, html, prose } from './html.ts';
import { objectAnchors, objectsSection } from './objects-section.ts';
import type { OpenApiDocument } from './openapi-model.ts';
import {
  type PlacedOperation,
  type ReferenceContext,
  breakable,
  operationSection,
} from './operation-section.ts';
import { referencedName } from './schema-fields.ts';
import { methodBadge, page, topBar } from './page.ts';

export { contentSecurityPolicy } from './page-style.ts';

/** The API reference: one page without scripts or anything to load. Serve it with `contentSecurityPolicy`. */
export function referencePage(document: OpenApiDocument): string {
  const publicUrl = document.servers[0]?.url ?? '';
  const { schemas } = document.components;
  const context: ReferenceContext = {
    bodies: { schemas, anchors: bodyAnchors(document) },
    answers: { schemas, anchors: objectAnchors(document) },
    publicUrl,
  };
  const groups = groupsOf(document);
  return page({
    title: 'Claviger API reference',
    description: document.info.description,
    body: html`${topBar({ home: '#main', links: topLinks })}
      <div class="layout">
        ${navigation(groups, context)}
        <main id="main" tabindex="-1">
          ${introduction(document, publicUrl)} ${conventionsSection(publicUrl)}
          ${groups.map((group) => groupSection(group, context))} ${objectsSection(context.answers)}
          ${verificationCodesSection()} ${problemsSection()}
          <footer>Claviger ${document.info.version}</footer>
        </main>
      </div>`,
  });
}

/** A body that is part of another one is explained where it stands alone. */
function bodyAnchors({ paths }: OpenApiDocument): Map<string, string> {
  const operations = Object.values(paths).flatMap((byMethod) => Object.values(byMethod));
  return new Map(
    operations.flatMap(({ operationId, requestBody }): [string, string][] => {
      const schema = requestBody?.content['application/json']?.schema;
      const name = schema === undefined ? undefined : referencedName(schema);
      return name === undefined ? [] : [[name, operationId]];
    }),
  );
}

const topLinks = html`<a class="wide-only" href="openapi.json">OpenAPI document</a>
  <a class="open-contents" href="#contents">Contents</a>`;

/** A tag with its operations, in the order of the document. */
interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly operations: readonly PlacedOperation[];
}

function groupsOf({ tags, paths }: OpenApiDocument): Group[] {
  const placed = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): PlacedOperation =>
      Object.assign({ method, path }, operation),
    ),
  );
  return tags.map(({ name, description }) => ({
    id: `tag-${name.toLowerCase().replaceAll(' ', '-')}`,
    name,
    description,
    operations: placed.filter(({ tags: [tag] }) => tag === name),
  }));
}

function navigation(groups: readonly Group[], { answers }: ReferenceContext): Html {
  return html`<nav id="contents" aria-label="Contents">
    <a class="close-contents" href="#closed">Close</a>
    ${navigationGroup(
      'Conventions',
      conventionParts.map(({ id, title }) => navigationItem(id, title)),
    )}
    ${groups.map(({ name, operations }) =>
      navigationGroup(
        name,
        operations.map(({ operationId, summary, method }) =>
          navigationItem(operationId, shortened(summary), methodBadge(method, 'short')),
        ),
      ),
    )}
    ${navigationGroup(
      'Objects',
      Array.from(answers.anchors, ([name, anchor]) => navigationItem(anchor, name)),
    )}
    ${navigationGroup('Codes', [
      navigationItem('verification-codes', 'Verification codes'),
      navigationItem('problems', 'Problems'),
    ])}
  </nav>`;
}

const navigationGroup = (title: string, items: Content): Html =>
  html`<p>${title}</p>
    <ul>
      ${items}
    </ul>`;

const navigationItem = (id: string, text: string, badge?: Html): Html =>
  html`<li>
    <a href="#${id}"><span>${text}</span>${badge}</a>
  </li>`;

/** "Rotate: a new secret beside the old one" → "Rotate". */
const shortened = (summary: string): string => summary.split(':', 1)[0] ?? summary;

const introduction = ({ info }: OpenApiDocument, publicUrl: string): Html =>
  html`<section class="intro" aria-labelledby="title">
    <h1 id="title">Claviger API</h1>
    <p>${prose(info.description)}</p>
    <dl class="facts">
      <div>
        <dt>Base URL</dt>
        <dd><code>${publicUrl}</code></dd>
      </div>
      <div>
        <dt>Authentication</dt>
        <dd><a href="#authentication">A root key in a header</a></dd>
      </div>
      <div>
        <dt>For tools</dt>
        <dd><a href="openapi.json">OpenAPI 3.1 document</a></dd>
      </div>
    </dl>
  </section>`;

const groupSection = (group: Group, context: ReferenceContext): Html =>
  html`<section id="${group.id}" aria-labelledby="${group.id}-title">
    <div class="section-head">
      <h2 id="${group.id}-title"><a class="anchor" href="#${group.id}">${group.name}</a></h2>
      <p>${prose(group.description)}</p>
    </div>
    <ul class="endpoints">
      ${group.operations.map(endpointItem)}
    </ul>
    ${group.operations.map((operation) => operationSection(operation, context))}
  </section>`;

const endpointItem = ({ operationId, method, path, summary }: PlacedOperation): Html =>
  html`<li>
    <a href="#${operationId}"
      >${methodBadge(method)}<code>${breakable(path)}</code
      ><span class="endpoint-summary">${shortened(summary)}</span></a
    >
  </li>`;
