/** How much is measured: how many rounds, and by how much each is shortened. */
export interface Effort {
  readonly rounds: number;
  readonly scale: number;
}

/** What a row is asked to measure. */
export interface Run extends Effort {
  /** Removed after the run, so that rows can share what takes long to make. */
  readonly folder: string;
}

export interface Compared {
  readonly baseline: number;
  readonly subject: number;
  /** Subject by baseline, round by round. */
  readonly ratio: { readonly least: number; readonly median: number; readonly greatest: number };
}

/**
 * Measures in turn, round after round (a b c a b c …), so that what slows the machine for a while slows all.
 * Answers what each measured, by round.
 */
export async function takeTurns<Name extends string, Measured>(
  { rounds }: Effort,
  turns: Readonly<Record<Name, () => Measured | Promise<Measured>>>,
): Promise<Record<Name, Measured[]>> {
  const names = Object.keys(turns) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Measured[]
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured[name].push(await turns[name]());
  }
  return measured;
}

/** Round by round, so that a ratio is of two neighbours in time. */
export function compare(baseline: readonly number[], subject: readonly number[]): Compared {
  const ratios = subject.map((value, round) => value / (baseline[round] ?? Number.NaN));
  return {
    baseline: median(baseline),
    subject: median(subject),
    ratio: { least: Math.min(...ratios), median: median(ratios), greatest: Math.max(...ratios) },
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
