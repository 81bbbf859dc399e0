import { useRouterState } from '@tanstack/react-router';

/** Over the top of the page while the next one is on its way, once that takes longer than one would notice. */
export function Progress() {
  const isOnItsWay = useRouterState({ select: ({ status }) => status === 'pending' });
  if (!isOnItsWay) return null;
  return (
    <div aria-hidden className="fixed inset-x-0 top-0 z-30 h-0.5 overflow-hidden">
      <div className="size-full origin-left animate-progress bg-accent" />
    </div>
  );
}
