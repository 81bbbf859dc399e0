import { useId, type ReactNode } from 'react';

interface PanelProps {
  title: string;
  body?: string;
  /** Beside the title: how it stands. */
  badge?: ReactNode;
  /** What can be done, at the side. */
  action?: ReactNode;
  children?: ReactNode;
}

/** One matter of a page of settings. */
export function Panel({ title, body, badge, action, children }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid grid-cols-[minmax(0,1fr)] gap-4 rounded-lg border border-line bg-surface p-5"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-56 flex-1 gap-1">
          <div className="flex items-center gap-2.5">
            <h2 id={id} className="font-semibold">
              {title}
            </h2>
            {badge}
          </div>
          {body !== undefined && <p className="max-w-prose text-sm text-muted">{body}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
