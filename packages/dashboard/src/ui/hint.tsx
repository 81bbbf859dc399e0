import type { ReactNode } from 'react';

interface HintProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** In the place of what is not there: says why, and what to do. */
export const Hint = ({ title, children, action }: HintProps) => (
  <section className="grid justify-items-start gap-3 rounded-lg border border-dashed border-line-strong/50 px-6 py-10">
    <h2 className="font-semibold">{title}</h2>
    <p className="max-w-prose text-muted">{children}</p>
    {action}
  </section>
);
