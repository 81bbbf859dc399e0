import { type ProblemCode, problemSlug, problems } from '@claviger/contract';
import { type Html, html, prose } from './html.ts';

/** Relative to /docs, so that it holds behind a proxy that adds a prefix too. */
export const problemLink = (code: ProblemCode): Html =>
  html`<a href="problems/${problemSlug(code)}"><code>${code}</code></a>`;

export const problemList = (codes: readonly ProblemCode[]): Html =>
  html`<dl class="problem-list">${codes.map(problemItem)}</dl>`;

function problemItem(code: ProblemCode): Html {
  const { status, title } = problems[code];
  return html`<dt><span class="status">${status}</span> ${problemLink(code)}</dt>
    <dd>${prose(title)}</dd>`;
}
