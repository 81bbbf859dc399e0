import { paintFor, type Color } from './colors.ts';
import { padToWidth, plainLines, wrapToWidth } from './plain-text.ts';
import { outputWidth } from './table.ts';

/** A label and what stands beside it. Undefined: not worth a line. */
export type Field = readonly [label: string, value: string | undefined, color?: Color];

/** Of a terminal with less room than this beside the labels, the lines are left to the terminal. */
const MIN_VALUE_WIDTH = 16;

/** One thing, a field to a line; further lines of a value, and what does not fit, stand below its first. */
export function fields(all: readonly Field[], columns = outputWidth(process.stdout)): string {
  const paint = paintFor(process.stdout);
  const shown = all.filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length)) + 2;
  const room = columns - width;
  return shown
    .flatMap(([label, value = '', color]) => {
      const lines = plainLines(value)
        .flatMap((line) => (room < MIN_VALUE_WIDTH ? [line] : wrapToWidth(line, room)))
        .map((line) => (color === undefined ? line : paint(color, line)));
      const labels = [paint('bold', padToWidth(label, width)), ' '.repeat(width)];
      return lines.map((line, index) => `${labels[index] ?? labels[1]}${line}`);
    })
    .join('\n');
}

export const listOr = (items: readonly string[], otherwise: string): string =>
  items.length === 0 ? otherwise : items.join(', ');
