const UNITS = [
  ['day', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** “60 / min”, “1,000 / 15 min”. */
export function limitWords({
  limit,
  windowSeconds,
}: {
  limit: number;
  windowSeconds: number;
}): string {
  const [unit, length] = UNITS.find(([, seconds]) => windowSeconds % seconds === 0) ?? ['s', 1];
  const times = windowSeconds / length;
  return `${limit.toLocaleString('en')} / ${times === 1 ? '' : `${times} `}${unit}`;
}
