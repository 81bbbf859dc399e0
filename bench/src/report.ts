import { cpus } from 'node:os';
import type { Compared } from './rounds.ts';

/** One line of the table: what was measured, beside the baseline of the same rounds. */
export interface Row {
  readonly what: string;
  readonly baseline: string;
  readonly unit: string;
  readonly compared: Compared;
  readonly budget: string;
  readonly met: boolean;
  /** What one has to know to read the figures. */
  readonly notes?: readonly string[];
}

export function printHeader(): void {
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} cores, ${cpu?.model ?? 'unknown'}`);
  console.log('Medians; the ratio is the median of the rounds, with the least and the greatest.\n');
  console.log('| what | baseline | Claviger | ratio | budget | met |\n|---|---|---|---|---|---|');
}

export function printRow({ what, baseline, unit, compared, budget, met, notes = [] }: Row): void {
  const { least, median, greatest } = compared.ratio;
  const ratio = `**${median.toFixed(2)}** (${least.toFixed(2)}–${greatest.toFixed(2)})`;
  const figure = (value: number) => `${figureOf(value)} ${unit}`;
  const cells = [
    what,
    `${figure(compared.baseline)} (${baseline})`,
    figure(compared.subject),
    ratio,
    budget,
    met ? 'yes' : '**no**',
  ];
  console.log(`| ${cells.join(' | ')} |`);
  for (const note of notes) console.log(`<!-- ${note} -->`);
}

const figureOf = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: value < 1_000 ? 3 : 4 });
