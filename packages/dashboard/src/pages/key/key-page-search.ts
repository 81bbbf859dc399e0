import { isUsageRange, type UsageRange } from './usage-range.ts';

/** What of the page stands in its address. */
export interface KeyPageSearch {
  readonly range?: UsageRange;
}

export const keyPageSearch = ({ range }: Record<string, unknown>): KeyPageSearch =>
  isUsageRange(range) ? { range } : {};
