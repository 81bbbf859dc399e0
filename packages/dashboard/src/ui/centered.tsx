import type { ReactNode } from 'react';
import { useTitle } from '../lib/page-name.ts';
import { Logo } from './logo.tsx';

/** A page of one column with one thing to do. */
export function Centered({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-md content-center gap-5 px-5 py-10">
      <Logo className="size-9" />
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
    </main>
  );
}
