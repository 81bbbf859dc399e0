import {
  type Operation,
  type ProblemCode,
  operations,
  problemCodes,
  problemSlug,
  problems,
} from '@claviger/contract';
import { z } from 'zod';
import { codeSample, coloredJson } from './code-sample.ts';
import { type Content, html, prose } from './html.ts';
import { methodBadge, page, topBar } from './page.ts';

/** What /problems/{code} answers to clients that ask for JSON. */
export const problemExplanation = z
  .object({
    code: z.enum(problemCodes),
    status: z.int(),
    title: z.string(),
    explanation: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'ProblemExplanation' });

export function problemDocument(code: ProblemCode): z.output<typeof problemExplanation> {
  const { status, title, explanation, remedy } = problems[code];
  return { code, status, title, explanation, remedy };
}

/** Its links are relative to /problems/{code}. Serve it with `contentSecurityPolicy`. */
export function problemPage(code: ProblemCode): string {
  const { status, title, explanation, remedy } = problems[code];
  return page({
    title: `${title} – Claviger`,
    description: explanation,
    body: html`${topBar({ home: '../docs', links: html`<a href="../docs#problems">All problems</a>` })}
      <main class="problem-main" id="main" tabindex="-1">
        <p class="eyebrow"><span>Problem ${status}</span> <code>${code}</code></p>
        <h1>${title}</h1>
        <h2>What happened</h2>
        <p>${prose(explanation)}</p>
        <div class="remedy">
          <h2>What to do</h2>
          <p>${prose(remedy)}</p>
        </div>
        <h2>How it looks</h2>
        ${codeSample({ caption: 'application/problem+json', code: coloredJson(exampleOf(code)) })}
        ${answeredBy(code)}
        <p class="back"><a href="../docs">Back to the API reference</a></p>
      </main>`,
  });
}

const exampleOf = (code: ProblemCode) => ({
  type: `…/problems/${problemSlug(code)}`,
  title: problems[code].title,
  status: problems[code].status,
  detail: '…',
  code,
  requestId: '…',
});

/** The operations that name it themselves; what every operation may answer would be a list of all. */
function answeredBy(code: ProblemCode): Content {
  const naming = Object.values<Operation>(operations).filter((operation) =>
    operation.problems.includes(code),
  );
  if (naming.length === 0) return null;
  return html`<h2>Operations that answer it</h2>
    <ul class="operation-links">
      ${naming.map(
        ({ id, method, summary }) =>
          html`<li>${methodBadge(method)} <a href="../docs#${id}">${summary}</a></li>`,
      )}
    </ul>`;
}
