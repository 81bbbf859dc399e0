import { texts } from '../../texts.ts';
import type { Outcome } from './usage-range.ts';

/** An outcome in words. */
export const outcomeName = (outcome: Outcome): string =>
  outcome === 'others' ? texts.key.usage.others : texts.key.outcomes[outcome][0];
