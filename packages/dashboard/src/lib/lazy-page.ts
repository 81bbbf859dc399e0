import { lazyRouteComponent } from '@tanstack/react-router';
import { ask } from './reach.ts';

/**
 * A page whose script is loaded when it is opened. The router reloads everything when a script cannot be had, which is
 * right after an update of the server, and would lose the frame while it is away.
 */
export function lazyPage<Page extends Record<string, unknown>, Name extends keyof Page>(
  load: () => Promise<Page>,
  name: Name,
) {
  const loadWhileThere = () =>
    load().catch(async (error: unknown) => {
      // Throws what says that it is away.
      await ask('/health/live', { cache: 'no-store' });
      throw error;
    });
  return lazyRouteComponent(loadWhileThere, name);
}
