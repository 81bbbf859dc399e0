/** Upper bounds in seconds, from a cached verification to a slow bulk call. */
const BOUNDS_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
];

interface Cell {
  readonly operation: string;
  readonly status: number;
  /** By bound; the last one is for what is beyond them all. */
  readonly counts: number[];
  sum: number;
}

/**
 * The durations of answers, in the form that prom-client's registry collects. Its own histogram builds
 * and hashes a set of labels for each observation, which costs more than the verification it measures.
 */
export class DurationHistogram {
  readonly name = 'claviger_http_request_duration_seconds';
  readonly help = 'Time to answer, by operation and status.';
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  /** Operations are those of the contract and statuses a few, so it stays small. */
  readonly #cells = new Map<string, Map<number, Cell>>();

  observe(operation: string, status: number, seconds: number): void {
    const cell = this.#cells.get(operation)?.get(status) ?? this.#newCell(operation, status);
    let bucket = 0;
    while (bucket < BOUNDS_SECONDS.length && seconds > (BOUNDS_SECONDS[bucket] as number)) bucket++;
    cell.counts[bucket] = (cell.counts[bucket] as number) + 1;
    cell.sum += seconds;
  }

  reset(): void {
    this.#cells.clear();
  }

  async get() {
    const { name, help, type, aggregator } = this;
    const cells = [...this.#cells.values()].flatMap((byStatus) => [...byStatus.values()]);
    return { name, help, type, aggregator, values: cells.flatMap((cell) => this.#valuesOf(cell)) };
  }

  #newCell(operation: string, status: number): Cell {
    const byStatus = this.#cells.get(operation) ?? new Map<number, Cell>();
    this.#cells.set(operation, byStatus);
    const cell = { operation, status, counts: [...BOUNDS_SECONDS, Infinity].map(() => 0), sum: 0 };
    byStatus.set(status, cell);
    return cell;
  }

  #valuesOf({ operation, status, counts, sum }: Cell) {
    const labels = { operation, status };
    let total = 0;
    const buckets = counts.map((count, bucket) => {
      total += count;
      const le = BOUNDS_SECONDS[bucket] ?? '+Inf';
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: total },
    ];
  }
}
