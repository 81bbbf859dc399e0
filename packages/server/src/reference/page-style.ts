import { createHash } from 'node:crypto';

/** One sheet for the reference and the problem pages, so that one hash in the policy covers both. */
const palette = `
:root {
  color-scheme: light dark;
  --background: #ffffff;
  --surface: #f8f7f4;
  --line: #e5e2da;
  --ink: #1d1c1a;
  --muted: #625e56;
  --accent: #7d5608;
  --accent-soft: #f7edd6;
  --focus: #b07c10;
  --code-background: #1f2024;
  --code-bar: #2a2b31;
  --code-ink: #e9e6df;
  --code-muted: #a5a29a;
  --code-name: #e6c27a;
  --code-text: #a9d39e;
  --code-value: #9cc4ee;
  --get: #0b5f8a; --get-soft: #e1f0f8;
  --post: #186a3b; --post-soft: #e0f3e6;
  --put: #8a4a06; --put-soft: #fbead7;
  --patch: #6b3fa0; --patch-soft: #efe7fa;
  --delete: #a3262a; --delete-soft: #fbe5e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #121316;
    --surface: #1a1b1f;
    --line: #2e3036;
    --ink: #ebe8e1;
    --muted: #a8a59d;
    --accent: #e3b85c;
    --accent-soft: #32291a;
    --focus: #e3b85c;
    --code-background: #1a1b1f;
    --code-bar: #232429;
    --get: #84c5ea; --get-soft: #14303f;
    --post: #86d3a3; --post-soft: #143322;
    --put: #edb378; --put-soft: #3b2812;
    --patch: #c9aef0; --patch-soft: #2e2342;
    --delete: #f2a09f; --delete-soft: #431d1f;
  }
}`;

const basics = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 5rem; }
body {
  margin: 0; background: var(--background); color: var(--ink);
  font: 400 0.9375rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
h1, h2, h3, h4 { margin: 0; line-height: 1.25; font-weight: 650; text-wrap: balance; }
h1 { font-size: 2.125rem; letter-spacing: -0.02em; }
h2 { font-size: 1.5rem; letter-spacing: -0.015em; }
h3 { font-size: 1.125rem; letter-spacing: -0.01em; }
h4 { font-size: 0.8125rem; color: var(--muted); font-weight: 600; }
p { margin: 0; max-width: 68ch; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
code, pre, .field-name {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
  font-variant-ligatures: none;
}
code { font-size: 0.875em; overflow-wrap: anywhere; }
p code, td code, li code, dd code {
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
  padding: 0.1em 0.35em; border-radius: 4px; background: var(--surface); box-shadow: inset 0 0 0 1px var(--line);
}
a code, p a code, td a code, li a code { padding: 0; background: none; box-shadow: none; color: inherit; }
ul { margin: 0; padding-left: 1.25rem; max-width: 68ch; }
.muted { color: var(--muted); }
.skip {
  position: fixed; top: 0.5rem; left: 0.5rem; z-index: 30; padding: 0.5rem 0.875rem; border-radius: 6px;
  background: var(--ink); color: var(--background); transform: translateY(-200%);
}
.skip:focus { transform: none; }`;

const frame = `
.top {
  position: sticky; top: 0; z-index: 10; display: flex; align-items: center; gap: 0.5rem 1.25rem;
  height: 3.5rem; padding: 0 1.5rem; border-bottom: 1px solid var(--line); background: var(--background);
}
.brand {
  display: flex; align-items: center; gap: 0.625rem; margin-right: auto; color: var(--ink);
  font-weight: 650; letter-spacing: -0.01em; text-decoration: none; white-space: nowrap;
}
.brand svg { width: 1.375rem; height: 1.375rem; color: var(--accent); flex: none; }
.brand .muted { font-weight: 400; }
.top > a { font-size: 0.875rem; white-space: nowrap; }
.open-contents, .close-contents { display: none; }
.layout { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); }
#contents {
  position: sticky; top: 3.5rem; height: calc(100vh - 3.5rem); overflow-y: auto; overscroll-behavior: contain;
  padding: 1.5rem 0.875rem 3rem; border-right: 1px solid var(--line); background: var(--surface);
}
#contents:focus-visible { outline-offset: -3px; }
#contents p {
  margin: 1.5rem 0.625rem 0.25rem; font-size: 0.8125rem; font-weight: 650; letter-spacing: 0;
}
#contents p:first-of-type { margin-top: 0; }
#contents ul { margin: 0; padding: 0; list-style: none; }
#contents li a {
  display: flex; align-items: baseline; gap: 0.5rem; padding: 0.25rem 0.625rem; border-radius: 6px;
  color: var(--muted); font-size: 0.875rem; line-height: 1.45; text-decoration: none;
}
#contents li a > span:first-child { margin-right: auto; }
#contents li a:hover { background: var(--line); color: var(--ink); }
main { min-width: 0; padding: 3rem 3rem 0; }
main > * { max-width: 76rem; margin-inline: auto; }
main > section { padding-bottom: 3.5rem; }
main > .intro { padding-bottom: 3rem; }
main > section + section { padding-top: 3.5rem; border-top: 1px solid var(--line); }
footer { padding: 1.5rem 0 3rem; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.875rem; }`;

const sections = `
.intro > p, .section-head > p { margin-top: 0.75rem; color: var(--muted); font-size: 1.0625rem; }
.facts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1px; margin: 2rem 0 0; border: 1px solid var(--line); border-radius: 10px; background: var(--line); overflow: hidden; }
.facts > div { padding: 1rem 1.25rem; background: var(--background); }
.facts dt { color: var(--muted); font-size: 0.8125rem; }
.facts dd { margin: 0.25rem 0 0; overflow-wrap: anywhere; }
.endpoints { max-width: none; margin-top: 1.5rem; padding: 0.375rem 0; border: 1px solid var(--line); border-radius: 10px; list-style: none; }
.endpoints a { display: grid; grid-template-columns: 4.25rem minmax(0, 1fr) minmax(0, 1fr); gap: 0.25rem 0.75rem; align-items: baseline; padding: 0.3125rem 1rem; color: var(--ink); text-decoration: none; }
.endpoints a:hover { background: var(--surface); }
.endpoints a:hover code { text-decoration: underline; text-underline-offset: 0.2em; }
.endpoints .endpoint-summary { color: var(--muted); font-size: 0.875rem; }
.endpoints code { padding: 0; background: none; box-shadow: none; }
article { margin-top: 3rem; padding-top: 3rem; border-top: 1px solid var(--line); }
.split { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 27rem); gap: 2rem 3rem; align-items: start; }
.split > * { min-width: 0; }
.samples { position: sticky; top: 5rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.anchor { color: inherit; text-decoration: none; }
.anchor:hover { text-decoration: underline; text-decoration-color: var(--accent); }
.endpoint { display: flex; align-items: baseline; gap: 0.625rem; margin: 0.625rem 0 0.875rem; }
.endpoint code { padding: 0; background: none; box-shadow: none; font-size: 0.9375rem; }
.method {
  flex: none; padding: 0.125rem 0.4375rem; border-radius: 5px; font-size: 0.6875rem; font-weight: 700;
  letter-spacing: 0.03em; line-height: 1.4;
}
#contents .method { padding: 0.0625rem 0.3125rem; font-size: 0.625rem; }
.endpoints .method { justify-self: start; }
.get { color: var(--get); background: var(--get-soft); }
.post { color: var(--post); background: var(--post-soft); }
.put { color: var(--put); background: var(--put-soft); }
.patch { color: var(--patch); background: var(--patch-soft); }
.delete { color: var(--delete); background: var(--delete-soft); }
.permission { margin-top: 0.75rem; color: var(--muted); font-size: 0.875rem; }
.doc h4 { margin: 2rem 0 0.5rem; }
.doc h4 + p { margin-top: 0.25rem; }
.prose-part { margin-top: 2.25rem; }
.prose-part > * + * { margin-top: 0.75rem; }
.prose-part > h4 { margin-top: 1.5rem; }
.status { display: inline-block; min-width: 2.25rem; font-variant-numeric: tabular-nums; font-weight: 600; }
.problem-list { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3125rem 1.25rem; margin: 0.25rem 0 0.75rem; font-size: 0.875rem; }
.problem-list dt { display: flex; gap: 0.5rem; align-items: baseline; }
.problem-list dd { margin: 0; color: var(--muted); }`;

const tables = `
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 0.875rem; line-height: 1.5; }
caption { text-align: left; }
th { padding: 0.375rem 1rem 0.375rem 0; border-bottom: 1px solid var(--line); color: var(--muted); font-size: 0.8125rem; font-weight: 500; text-align: left; }
td { padding: 0.75rem 1rem 0.75rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
.fields th { padding: 0; border: 0; font-size: 0; line-height: 0; }
.fields th:first-child { width: 40%; }
.fields tr:first-child td { border-top: 1px solid var(--line); }
.field-name { font-size: 0.8125rem; font-weight: 600; }
.field-name .parent { color: var(--muted); font-weight: 400; }
.field-type { display: block; margin-top: 0.125rem; color: var(--muted); font-size: 0.8125rem; }
.required { color: var(--delete); font-weight: 500; }
.constraints { margin: 0.25rem 0 0; padding: 0; color: var(--muted); font-size: 0.8125rem; list-style: none; }
td > .constraints:first-child { margin-top: 0; }
.catalog th:nth-child(1) { width: 4rem; }
.catalog th:nth-child(2) { width: 32%; }
.cases th:nth-child(2) { width: 4.5rem; }
.cases th:nth-child(3) { width: 48%; }
.catalog td > code, .catalog td > a > code { padding: 0; background: none; box-shadow: none; }
.catalog { margin-top: 1.5rem; }
.doc > h3 + .fields, .doc > h3 + p:not(.endpoint) { margin-top: 1rem; }`;

const code = `
figure { margin: 0; border-radius: 10px; background: var(--code-background); color: var(--code-ink); overflow: hidden; }
@media (prefers-color-scheme: dark) { figure { box-shadow: inset 0 0 0 1px var(--line); } }
figcaption { padding: 0.5rem 1rem; background: var(--code-bar); color: var(--code-muted); font-size: 0.75rem; font-weight: 500; }
pre { margin: 0; padding: 0.875rem 1rem; max-height: min(30rem, 42vh); overflow: auto; font-size: 0.78125rem; line-height: 1.6; tab-size: 2; }
pre:focus-visible { outline-color: var(--code-name); outline-offset: -3px; border-radius: 0 0 10px 10px; }
pre code { font-size: inherit; overflow-wrap: normal; }
.json-name { color: var(--code-name); }
.json-text { color: var(--code-text); }
.json-value { color: var(--code-value); }
.prose-part figure { max-width: 44rem; }`;

const problemPages = `
.problem-main { max-width: 44rem; margin-inline: auto; padding: 3.5rem 1.5rem 4rem; }
.problem-main .eyebrow { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; color: var(--muted); }
.problem-main h1 { margin-top: 0.75rem; }
.problem-main h2 { margin: 2.5rem 0 0.625rem; font-size: 1.125rem; letter-spacing: -0.01em; }
.problem-main > p, .problem-main .remedy p { font-size: 1.0625rem; }
.problem-main .remedy { padding: 1.125rem 1.25rem; border-radius: 10px; background: var(--accent-soft); max-width: none; }
.problem-main .remedy h2 { margin: 0 0 0.25rem; }
.problem-main > .remedy { margin-top: 2rem; }
.problem-main .back { margin-top: 3rem; font-size: 0.9375rem; }
.problem-main figure { margin-top: 0.75rem; }
.operation-links { padding: 0; list-style: none; }
.operation-links li { display: flex; gap: 0.625rem; align-items: baseline; padding: 0.1875rem 0; }
.operation-links .method { min-width: 3.75rem; text-align: center; }`;

/** Narrower than two columns, then narrower than a sidebar, then narrower than a table. */
const responsive = `
@media (max-width: 75rem) {
  main { padding: 2.5rem 2.25rem 0; }
  .split { grid-template-columns: minmax(0, 1fr); }
  .samples { position: static; }
}
@media (max-width: 52rem) {
  .layout { display: block; }
  .open-contents { display: inline; }
  #contents { display: none; }
  #contents:target {
    display: block; position: fixed; inset: 3.5rem 0 0 0; z-index: 20; height: auto; border-right: 0; background: var(--background);
  }
  #contents li a { padding-block: 0.5rem; font-size: 0.9375rem; }
  .close-contents { display: block; margin: 0 0.625rem 1.25rem; font-size: 0.9375rem; }
}
@media (max-width: 40rem) {
  .top { padding: 0 1rem; }
  .brand .muted, .top .wide-only { display: none; }
  main { padding: 2rem 1rem 0; }
  h1 { font-size: 1.75rem; }
  h2 { font-size: 1.375rem; }
  .facts { grid-template-columns: minmax(0, 1fr); }
  .endpoints a { grid-template-columns: 4.25rem minmax(0, 1fr); padding-block: 0.5rem; }
  .endpoints .endpoint-summary { grid-column: 2; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .fields tr:first-child td { border-top: 0; }
  tr { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0; border: 0; }
  td + td { margin-top: 0.25rem; }
  td:empty { display: none; }
  .catalog td:nth-child(-n + 2) { display: inline-block; margin: 0 0.5rem 0 0; }
  .problem-list { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .problem-list dd { margin: 0 0 0.625rem 2.75rem; }
  .problem-main { padding: 2rem 1rem 3rem; }
}
@media print {
  .top, #contents, .skip { display: none; }
  .layout, .split { display: block; }
  pre { max-height: none; white-space: pre-wrap; }
}`;

export const stylesheet = [
  palette,
  basics,
  frame,
  sections,
  tables,
  code,
  problemPages,
  responsive,
].join('\n');

const hash = createHash('sha256').update(stylesheet).digest('base64');

/** Goes with every page of this folder: nothing loads and nothing runs but this sheet. */
export const contentSecurityPolicy = [
  `default-src 'none'`,
  `style-src 'sha256-${hash}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');
