/** What text is typed into, and what is chosen from. */
export const INPUT =
  'rounded-md border border-line-strong bg-surface text-sm transition-colors hover:border-muted';

/** What lies between a dialog and the page behind it. */
export const OVERLAY = 'fixed inset-0 bg-black/50';

/** A dialog: in the middle, and never wider or higher than the window. */
export const DIALOG =
  'fixed left-1/2 top-1/2 grid max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 grid-cols-[minmax(0,1fr)] overflow-y-auto rounded-xl border border-line bg-surface p-6 shadow-xl';

/** A few of which one is chosen, side by side. */
export const SEGMENTS = 'flex gap-1 rounded-lg bg-sunken p-1';
export const SEGMENT =
  'block whitespace-nowrap rounded-md px-3 py-1.5 text-center text-sm text-muted transition-colors hover:text-text chosen:bg-surface chosen:font-medium chosen:text-text chosen:shadow-sm dark:chosen:bg-line';

/** A list that opens from a button, and what can be chosen from it. */
export const MENU =
  'z-10 min-w-48 max-w-72 rounded-lg border border-line bg-surface p-1.5 text-sm shadow-lg';
export const MENU_ITEM =
  'cursor-default rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-sunken';
