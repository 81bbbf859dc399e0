import { paintFor, type Color } from './colors.ts';
import { padToWidth, plainLines } from './plain-text.ts';

/** A label and what stands beside it. Undefined: not worth a line. */
export type Field = readonly [label: string, value: string | undefined, color?: Color];

/** One thing, a field to a line; further lines of a value stand below its first. */
export function fields(all: readonly Field[]): string {
  const paint = paintFor(process.stdout);
  const shown = all.filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length)) + 2;
  return shown
    .flatMap(([label, value = '', color]) => {
      const lines = plainLines(value).map((line) =>
        color === undefined ? line : paint(color, line),
      );
      const labels = [paint('bold', padToWidth(label, width)), ' '.repeat(width)];
      return lines.map((line, index) => `${labels[index] ?? labels[1]}${line}`);
    })
    .join('\n');
}

export const listOr = (items: readonly string[], otherwise: string): string =>
  items.length === 0 ? otherwise : items.join(', ');
