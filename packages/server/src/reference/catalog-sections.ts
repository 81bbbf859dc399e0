import {
  type ProblemCode,
  type VerificationCode,
  problemCodes,
  problems,
  verificationCodes,
  verificationStatuses,
} from '@claviger/contract';
import { type Content, type Html, html, prose } from './html.ts';
import { problemLink } from './problem-list.ts';
import { table } from './table.ts';

export const verificationCodesSection = (): Html =>
  html`<section id="verification-codes" aria-labelledby="verification-codes-title">
    <div class="section-head">
      <h2 id="verification-codes-title">Verification codes</h2>
      <p>
        The outcomes of a verification in the order they are decided: the first that matches is the
        answer. The status is what your API should answer its caller.
      </p>
    </div>
    ${table({
      className: 'catalog',
      label: 'Verification codes',
      headings: ['Status', 'Code', 'Meaning'],
      rows: verificationCodes.map(verificationRow),
    })}
  </section>`;

/** Every refusal is a problem too, with an explanation of its own. */
function verificationRow(code: VerificationCode): Content[] {
  const status = statusCell(verificationStatuses[code]);
  if (code === 'VALID') return [status, html`<code>VALID</code>`, 'The key is accepted.'];
  return [status, problemLink(code), prose(problems[code].explanation)];
}

export const problemsSection = (): Html =>
  html`<section id="problems" aria-labelledby="problems-title">
    <div class="section-head">
      <h2 id="problems-title">Problems</h2>
      <p>
        Every way a request can be refused. Each has a page that explains it; its address is the
        problem’s <code>type</code>.
      </p>
    </div>
    ${table({
      className: 'catalog',
      label: 'Problems',
      headings: ['Status', 'Code', 'What it means, and what to do'],
      rows: problemCodes.toSorted(byStatus).map((code) => {
        const { status, title, remedy } = problems[code];
        return [
          statusCell(status),
          problemLink(code),
          html`${prose(title)}. <span class="muted">${prose(remedy)}</span>`,
        ];
      }),
    })}
  </section>`;

const byStatus = (a: ProblemCode, b: ProblemCode): number =>
  problems[a].status - problems[b].status;

const statusCell = (status: number): Html => html`<span class="status">${status}</span>`;
