import { paintFor, type Color } from './colors.ts';
import { cutToWidth, padToWidth, plainLine, textWidth } from './plain-text.ts';

export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** Narrower than this it tells nothing. Left out: it is never cut. */
  readonly minWidth?: number;
  /** Left out on a narrow terminal, the highest first. Without it: never. */
  readonly expendable?: number;
  readonly color?: (text: string) => Color | undefined;
}

const GAP = 2;
/** Of a terminal that does not say. */
const DEFAULT_WIDTH = 80;

/** Columns of the terminal; a file or a pipe takes lines of any length. */
export const outputWidth = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? stream.columns || DEFAULT_WIDTH : Number.POSITIVE_INFINITY;

/** Gathers rows as they come and keeps no more of each than what is shown. */
export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #rows: string[][] = [];

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns;
  }

  add(row: Row): void {
    this.#rows.push(this.#columns.map(({ text }) => plainLine(text(row))));
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** Fitted to the width: what is expendable goes first, then the widest is cut. */
  render(width = outputWidth(process.stdout)): string {
    const paint = paintFor(process.stdout);
    const shown = fit(this.#columns, this.#naturalWidths(), width);
    const line = (cells: readonly string[], colorOf: (index: number) => Color | undefined) =>
      shown
        .map(({ index, width: cellWidth }, position) => {
          const cut = cutToWidth(cells[index] ?? '', cellWidth);
          const cell = position === shown.length - 1 ? cut : padToWidth(cut, cellWidth);
          const color = colorOf(index);
          return color === undefined ? cell : paint(color, cell);
        })
        .join(' '.repeat(GAP))
        .trimEnd();
    const heading = line(
      this.#columns.map((column) => column.heading),
      () => 'bold',
    );
    const rows = this.#rows.map((cells) =>
      line(cells, (index) => this.#columns[index]?.color?.(cells[index] ?? '')),
    );
    return [heading, ...rows].join('\n');
  }

  #naturalWidths(): number[] {
    const widths = this.#columns.map(({ heading }) => textWidth(heading));
    for (const cells of this.#rows) {
      for (const [index, cell] of cells.entries()) {
        widths[index] = Math.max(widths[index] ?? 0, textWidth(cell));
      }
    }
    return widths;
  }
}

interface Fitted {
  readonly index: number;
  readonly width: number;
}

function fit(
  columns: readonly Column<never>[],
  natural: readonly number[],
  width: number,
): Fitted[] {
  const least = (index: number) =>
    Math.min(natural[index] ?? 0, columns[index]?.minWidth ?? Number.POSITIVE_INFINITY);
  let indexes = columns.map((_, index) => index);
  const totalOf = (widthOf: (index: number) => number) =>
    indexes.reduce((sum, index) => sum + widthOf(index), GAP * (indexes.length - 1));

  while (totalOf(least) > width) {
    const ranks = indexes.map((index) => columns[index]?.expendable ?? 0);
    const rank = Math.max(...ranks);
    if (rank === 0) break;
    indexes = indexes.filter((index) => columns[index]?.expendable !== rank);
  }
  const widths = new Map(indexes.map((index) => [index, natural[index] ?? 0]));
  const slackOf = (index: number) => (widths.get(index) ?? 0) - least(index);
  let excess = totalOf((index) => widths.get(index) ?? 0) - width;
  for (; excess > 0; excess--) {
    const widest = indexes
      .filter((index) => slackOf(index) > 0)
      .toSorted((a, b) => (widths.get(b) ?? 0) - (widths.get(a) ?? 0))[0];
    if (widest === undefined) break;
    widths.set(widest, (widths.get(widest) ?? 0) - 1);
  }
  return indexes.map((index) => ({ index, width: widths.get(index) ?? 0 }));
}

/** All at once, for lists that are at hand. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const gathered = new Table(columns);
  for (const row of rows) gathered.add(row);
  return gathered.render();
}
