/** Drawn on a grid of 16 with lines of the text's colour. */
const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  close: 'M4 4l8 8m0-8-8 8',
  check: 'M3 8.5 6.5 12 13 4.5',
  down: 'M4 6.5 8 10.5l4-4',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  upDown: 'M5 6l3-3 3 3M5 10l3 3 3-3',
} as const;

export type IconName = keyof typeof PATHS;

/** Says nothing by itself: what it stands on has a name. */
export const Icon = ({ of, className = 'size-4' }: { of: IconName; className?: string }) => (
  <svg
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth={1.6}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
    className={`shrink-0 ${className}`}
  >
    <path d={PATHS[of]} />
  </svg>
);
