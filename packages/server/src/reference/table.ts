import { type Content, type Html, html } from './html.ts';

interface Table {
  readonly className: string;
  readonly label: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Content[])[];
}

/** On a narrow screen the sheet lays cells out as blocks, which takes their roles away: so each names its own. */
export const table = ({ className, label, headings, rows }: Table): Html =>
  html`<table class="${className}" role="table" aria-label="${label}">
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((text) => html`<th role="columnheader" scope="col">${text}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map(tableCell)}
          </tr>`,
      )}
    </tbody>
  </table>`;

const tableCell = (content: Content): Html => html`<td role="cell">${content}</td>`;
