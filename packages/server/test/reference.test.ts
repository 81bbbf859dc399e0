import { createHash } from 'node:crypto';
import {
  type Operation,
  operations,
  problemCodes,
  problemSlug,
  problems,
  verificationCodes,
} from '@claviger/contract';
import { array, assert, jsonValue, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coloredJson, curlCommand } from '../src/reference/code-sample.ts';
import { escapeHtml, html, prose } from '../src/reference/html.ts';
import { openApiDocument } from '../src/reference/openapi-document.ts';
import type { OpenApiDocument } from '../src/reference/openapi-model.ts';
import { commonProblemCodes } from '../src/reference/operation-problems.ts';
import { problemDocument, problemPage } from '../src/reference/problem-page.ts';
import { contentSecurityPolicy, referencePage } from '../src/reference/reference-page.ts';

const document = openApiDocument({ publicUrl: 'http://localhost:8787', version: '1.2.3' });
const reference = referencePage(document);
const pages: [string, string][] = [
  ['the reference', reference],
  ...problemCodes.map((code): [string, string] => [`the page of ${code}`, problemPage(code)]),
];

/** The part of the reference between an operation's heading and the next one's. */
function sectionOf(id: string): string {
  const start = reference.search(new RegExp(`<article[^>]*\\sid="${id}"`));
  const end = reference.indexOf('</article>', start);
  return start === -1 ? '' : reference.slice(start, end);
}

const textOf = (markup: string) => unescaped(markup.replaceAll(/<[^>]*>/g, ''));
const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

it('names every permission that is enough', () => {
  expect(textOf(sectionOf('putResource'))).toMatch(
    /Needs a root key with resources:write or organizations:write\s*\./,
  );
  expect(textOf(sectionOf('putOrganization'))).toMatch(
    /Needs a root key with organizations:write\s*\./,
  );
});

describe.each(Object.values<Operation>(operations))('the reference of $id', (operation) => {
  const section = textOf(sectionOf(operation.id));
  const documented = document.paths[operation.path]?.[operation.method.toLowerCase()];

  it('says what it is, where it is and what it needs', () => {
    expect(section).toContain(operation.summary);
    expect(section).toContain(operation.method);
    expect(section).toContain(operation.path);
    const { permission } = operation;
    const needs: Record<string, string> = {
      any: 'any valid key',
      none: 'Open to everyone',
      session: 'people who signed in',
    };
    expect(section).toContain(needs[permission] ?? permission);
    if (operation.description !== undefined) {
      expect(section).toContain(operation.description.replaceAll('`', ''));
    }
  });

  it('lists every parameter and every field of the body', () => {
    const fields = namesIn(sectionOf(operation.id));
    const parameters = documented?.parameters?.map(({ name }) => name) ?? [];
    const shape = (operation.body as { shape?: object } | undefined)?.shape ?? {};
    expect(fields).toEqual(expect.arrayContaining([...parameters, ...Object.keys(shape)]));
  });

  it('links every problem of its own', () => {
    const own = operation.problems.filter((code) => !commonProblemCodes.includes(code));
    for (const code of own) {
      expect(sectionOf(operation.id)).toContain(`href="problems/${problemSlug(code)}"`);
    }
  });

  it('shows a request and an answer', () => {
    expect(section).toContain('Example request');
    expect(section).toMatch(/curl .*http:\/\/localhost:8787\/v1\//);
    expect(section).not.toMatch(/curl .*\{/);
    expect(section).toContain(`Example response ${operation.success.status}`);
    expect(sectionOf(operation.id)).not.toMatch(/<pre[^>]*>(?!<code>\S)/);
  });
});

const namesIn = (markup: string): string[] =>
  [...markup.matchAll(/<span class="field-name"\s*>(.*?)<\/span\s*>\s*<span/gs)].map(
    ([, name = '']) => textOf(name).trim(),
  );

describe('the reference', () => {
  it('shows nested fields under their parent', () => {
    expect(namesIn(sectionOf('putApi'))).toEqual(
      expect.arrayContaining([
        'formats.pair.public.prefix',
        'permissions[].access',
        'presets[].grants.permissions',
      ]),
    );
  });

  it('lists every problem and every verification code', () => {
    const codes = reference.slice(reference.indexOf('id="verification-codes"'));
    for (const code of verificationCodes) expect(codes).toContain(`<code>${code}</code>`);
    const list = reference.slice(reference.search(/<section[^>]*id="problems"/));
    for (const code of problemCodes) {
      expect(list).toContain(`href="problems/${problemSlug(code)}"`);
      expect(textOf(list)).toContain(problems[code].title);
    }
  });

  it('says how the limits of a root key are told', () => {
    const start = reference.indexOf('id="rate-limits"');
    const part = textOf(reference.slice(start, reference.indexOf('id="everywhere"')));
    for (const name of ['RateLimit-Policy: ', 'RateLimit: ', 'Retry-After']) {
      expect(part).toContain(name);
    }
  });

  it('lists every route that is not an operation', () => {
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs']) {
      expect(textOf(reference)).toContain(path);
    }
  });

  it('escapes everything the document says', () => {
    const hostile = `</style><script>alert('"&"')</script><img src=x onerror=alert(1)>`;
    const poisoned = JSON.parse(JSON.stringify(document), (key, value: unknown) =>
      ['description', 'summary', 'pattern', 'url', 'value', 'example'].includes(key)
        ? hostile
        : value,
    ) as OpenApiDocument;
    const page = referencePage({ ...poisoned, info: { ...document.info, description: hostile } });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain(escapeHtml(hostile));
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });
});

describe.each(pages)('%s', (_, page) => {
  it('runs no script and loads nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|<embed|<base|<form/i);
    expect(page).not.toMatch(/<[^>]*\s(on\w+|style|src|srcset|action|data)\s*=/i);
    expect(page).not.toMatch(/<[^>]*="\s*(https?:|\/\/|javascript:|data:)/i);
    expect(page).not.toMatch(/@import|url\(/i);
  });

  it('has the one style sheet that the policy allows', () => {
    const sheets = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, sheet = '']) => sheet);
    expect(sheets).toHaveLength(1);
    const hash = createHash('sha256').update(sheets.join('')).digest('base64');
    expect(contentSecurityPolicy).toContain(`style-src 'sha256-${hash}'`);
    expect(contentSecurityPolicy).toContain(`default-src 'none'`);
  });

  it('has one heading of the first level, and skips none', () => {
    const levels = [...page.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  it('links only to what is there', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // "#closed" is nowhere on purpose: it puts the contents away on a narrow screen.
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    const missing = targets.filter((id) => id !== 'closed' && !ids.includes(id));
    expect(missing).toEqual([]);
  });

  it('closes every element it opens', () => {
    const open: string[] = [];
    const isVoid = new Set(['meta', 'wbr', 'br']);
    const body = page.replace(/<style>.*?<\/style>/s, '').replace('<!doctype html>', '');
    for (const [, slash, name = '', rest = ''] of body.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!isVoid.has(name) && !rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe.each(problemCodes)('the problem %s', (code) => {
  const { status, title, explanation, remedy } = problems[code];
  const page = problemPage(code);

  it('is explained to people', () => {
    const text = textOf(page);
    for (const part of [String(status), code, title, explanation, remedy]) {
      expect(text).toContain(part.replaceAll('`', ''));
    }
    expect(page).toContain('href="../docs"');
  });

  it('is explained to programs', () => {
    expect(problemDocument(code)).toEqual({ code, status, title, explanation, remedy });
  });
});

it('a problem page links the operations that answer it', () => {
  expect(problemPage('LAST_SECRET')).toContain('href="../docs#endSecret"');
});

describe('the html helper', () => {
  it('escapes any text, and nothing is lost', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']/);
        expect(markup.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        expect(unescaped(markup)).toBe(text);
      }),
    );
  });

  it('escapes text inside lists and templates once', () => {
    assert(
      property(array(string()), (texts) => {
        const list = html`<ul>
          ${texts.map((text) => html`<li title="${text}">${text}</li>`)}
        </ul>`;
        const expected = texts.map(escapeHtml).map((text) => `<li title="${text}">${text}</li>`);
        expect(list.markup.replaceAll(/>\s+</g, '><')).toBe(
          `<ul>${expected.join('')}</ul>`.replaceAll(/>\s+</g, '><'),
        );
      }),
    );
  });

  it('leaves out what is absent', () => {
    expect(html`${null}${undefined}${false}${0}`.markup).toBe('0');
  });

  it('marks code between backticks, and escapes it', () => {
    expect(prose('Send `a < b` now').markup).toBe('Send <code>a &lt; b</code> now');
    expect(prose('An odd ` stays').markup).toBe('An odd ` stays');
  });
});

describe('code samples', () => {
  it('colour JSON without changing it', () => {
    assert(
      property(jsonValue(), (value) => {
        expect(textOf(coloredJson(value).markup)).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('quote a body for the shell', () => {
    const command = curlCommand({
      method: 'PUT',
      url: 'http://localhost:8787/v1/apis/it?x=$1',
      keyVariable: 'ROOT_KEY',
      body: { name: `it's` },
    });
    expect(command).toBe(
      String.raw`curl -X PUT 'http://localhost:8787/v1/apis/it?x=$1' \
  -H "Authorization: Bearer $ROOT_KEY" \
  --json '{
  "name": "it'\''s"
}'`,
    );
  });
});
