import { useSyncExternalStore } from 'react';

/** Tailwind's `sm`, `md`, `lg`, `xl` and `2xl`. */
const STEPS = [640, 768, 1_024, 1_280, 1_536] as const;

/** How many of them the window is as wide as: 0 is a telephone. */
export const useWidthStep = (): number => useSyncExternalStore(followWidth, widthStep);

const widthStep = (): number => STEPS.filter((width) => innerWidth >= width).length;

function followWidth(changed: () => void): () => void {
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
}
