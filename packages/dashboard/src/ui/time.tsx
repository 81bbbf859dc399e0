import { exactTime, relativeTime } from '../lib/times.ts';

/** How long ago, and exactly when on hover. */
export function Time({ value, none }: { value: string | null; none: string }) {
  if (value === null) return <span className="text-muted">{none}</span>;
  return (
    <time dateTime={value} title={exactTime(value)} className="whitespace-nowrap">
      {relativeTime(value)}
    </time>
  );
}
