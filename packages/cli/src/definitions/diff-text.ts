import type { Color, Paint } from '../text/colors.ts';
import { plainLine } from '../text/plain-text.ts';
import type { Difference } from './definition-diff.ts';

const MARKS: Record<Difference['change'], readonly [mark: string, color: Color]> = {
  added: ['+', 'green'],
  changed: ['~', 'yellow'],
  removed: ['-', 'red'],
};

/** `  ~ permissions[agent_jobs_read].name: "Read jobs" → "Read results"` */
export function diffText(differences: readonly Difference[], paint: Paint): string {
  return differences
    .map((difference) => {
      const [mark, color] = MARKS[difference.change];
      return paint(color, plainLine(`  ${mark} ${difference.path}${valuesText(difference)}`));
    })
    .join('\n');
}

function valuesText({ change, path, before, after }: Difference): string {
  if (change === 'changed') return `: ${valueText(before)} → ${valueText(after)}`;
  const value = after ?? before;
  // The entry of a list of names is said by its place.
  return isPlace(path, value) ? '' : `: ${valueText(value, path)}`;
}

/** Whether the path ends with it already: `rateLimits[read]`. */
const isPlace = (path: string, value: unknown): boolean => path.endsWith(`[${String(value)}]`);

/** Close to JSON and easier on the eye: `name "Read jobs", access "read"`, without what the path says. */
function valueText(value: unknown, path = ''): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(innerText).join(', ');
  const said = 'id' in value || !('name' in value && isPlace(path, value.name)) ? 'id' : 'name';
  return Object.entries(value)
    .filter(([name]) => name !== said)
    .map(([name, member]) => `${name} ${innerText(member)}`)
    .join(', ');
}

function innerText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return valueText(value);
  return Array.isArray(value) ? `[${valueText(value)}]` : `{ ${valueText(value)} }`;
}
