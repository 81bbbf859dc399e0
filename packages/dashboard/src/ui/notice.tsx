import type { ReactNode } from 'react';

/** Something that has to be read before going on. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="rounded-md border border-bad bg-bad-soft px-4 py-3 text-sm">
      {children}
    </div>
  );
}
