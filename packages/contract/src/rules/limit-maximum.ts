interface Limit {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Whether some window of the maximum's length can hold more under this limit than the maximum. */
export const exceedsMaximum = ({ limit, windowSeconds }: Limit, max: Limit): boolean =>
  limit * Math.ceil(max.windowSeconds / windowSeconds) > max.limit;
