import { useId, type ReactNode } from 'react';

interface SectionProps {
  title: string;
  /** Beside the title: what the section is shown by. */
  aside?: ReactNode;
  /** Something that cannot be taken back is done here. */
  grave?: boolean;
  children: ReactNode;
}

/** A part of a page that has a title and a frame of its own. */
export function Section({ title, aside, grave = false, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={`min-w-0 rounded-lg border bg-surface ${grave ? 'border-bad' : 'border-line'}`}
    >
      <div className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-5 py-2">
        <h2 id={id} className="mr-auto font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** In the place of what has no entries. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="grid h-full min-h-40 place-content-center gap-1 px-5 py-8 text-center">
    <p className="font-medium">{title}</p>
    <p className="max-w-md text-sm text-muted">{children}</p>
  </div>
);

/** In the place of text that is not there yet. */
export const Blank = ({ className = '' }: { className?: string }) => (
  <span aria-hidden className={`block animate-pulse rounded bg-sunken ${className}`} />
);
