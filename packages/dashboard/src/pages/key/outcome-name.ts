import { keyPageTexts } from '../../texts/key-page.ts';
import type { Outcome } from './usage-range.ts';

/** An outcome in words. */
export const outcomeName = (outcome: Outcome): string =>
  outcome === 'others' ? keyPageTexts.usage.others : keyPageTexts.outcomes[outcome][0];
