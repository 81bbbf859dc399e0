import { type Html, html } from './html.ts';

interface Sample {
  readonly caption: string;
  readonly code: Html;
}

/** Scrolls sideways rather than wraps, so that what is copied is what was written; focusable for the keyboard. */
export const codeSample = ({ caption, code }: Sample): Html =>
  html`<figure>
    <figcaption>${caption}</figcaption>
    <pre tabindex="0" role="region" aria-label="${caption}"><code>${code}</code></pre>
  </figure>`;

const JSON_TOKEN =
  /("(?:[^"\\]|\\.)*")(\s*:)?|(\btrue\b|\bfalse\b|\bnull\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/giu;

/** JSON with its names, texts and values told apart by colour. */
export function coloredJson(value: unknown): Html {
  const text = JSON.stringify(value, null, 2);
  const parts: (string | Html)[] = [];
  let end = 0;
  for (const match of text.matchAll(JSON_TOKEN)) {
    const [whole, quoted, colon, literal] = match;
    parts.push(text.slice(end, match.index));
    if (quoted === undefined) parts.push(html`<span class="json-value">${literal}</span>`);
    else if (colon === undefined) parts.push(html`<span class="json-text">${quoted}</span>`);
    else parts.push(html`<span class="json-name">${quoted}</span>${colon}`);
    end = match.index + whole.length;
  }
  return html`${parts}${text.slice(end)}`;
}

interface CurlRequest {
  readonly method: string;
  readonly url: string;
  /** The environment variable that holds the key; undefined where none is needed. */
  readonly keyVariable: string | undefined;
  /** Beyond the key's: `Name: value`. */
  readonly headers?: readonly string[];
  readonly body: unknown;
}

/** A command for a POSIX shell. `--json` is curl 7.82 and newer: POST, with the headers for JSON. */
export function curlCommand(request: CurlRequest): string {
  const { method, url, keyVariable, headers = [], body } = request;
  const impliedMethod = body === undefined ? 'GET' : 'POST';
  const parts = [
    method === impliedMethod ? `curl ${shellQuoted(url)}` : `curl -X ${method} ${shellQuoted(url)}`,
    ...(keyVariable === undefined ? [] : [`-H "Authorization: Bearer $${keyVariable}"`]),
    ...headers.map((header) => `-H ${singleQuoted(header)}`),
    ...(body === undefined ? [] : [`--json ${singleQuoted(JSON.stringify(body, null, 2))}`]),
  ];
  return parts.join(' \\\n  ');
}

const shellQuoted = (text: string) => (/^[\w:/.@-]+$/.test(text) ? text : singleQuoted(text));
const singleQuoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
