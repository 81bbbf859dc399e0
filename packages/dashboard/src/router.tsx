import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { linkToKeys } from './lib/links.ts';
import { sessionQuery } from './lib/session.ts';
import { methodsQuery } from './lib/sign-in.ts';
import { keyListSearch } from './pages/key-list-search.ts';
import { signInSearch } from './pages/sign-in-search.ts';
import { NotFound } from './ui/not-found.tsx';
import { Failed } from './ui/failed.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Failed,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  // What there is to sign in with is there when the page is: nothing moves. Without it, the password still works.
  loader: ({ context }) => context.queryClient.ensureQueryData(methodsQuery).catch(() => null),
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/setup-page.tsx'), 'SetupPage'),
});

const signedInElsewhere = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/done',
  component: lazyRouteComponent(() => import('./pages/signed-in-page.tsx'), 'SignedInPage'),
});

/** Everything behind the sign-in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
    return { session };
  },
  component: lazyRouteComponent(() => import('./ui/frame.tsx'), 'Frame'),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context: { session } }) => {
    const [only, ...others] = session.memberships;
    if (only !== undefined && others.length === 0 && !session.user.operator) {
      throw redirect(linkToKeys(only.organizationId));
    }
  },
  component: lazyRouteComponent(() => import('./pages/home-page.tsx'), 'HomePage'),
});

const keyList = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys',
  validateSearch: keyListSearch,
  component: lazyRouteComponent(() => import('./pages/key-list-page.tsx'), 'KeyListPage'),
});

const createKey = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys/new',
  component: lazyRouteComponent(() => import('./pages/create-key-page.tsx'), 'CreateKeyPage'),
});

const keyPage = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys/$keyId',
  component: lazyRouteComponent(() => import('./pages/key-page.tsx'), 'KeyPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account-page.tsx'), 'AccountPage'),
});

const tree = root.addChildren([
  signIn,
  signedInElsewhere,
  setup,
  signedIn.addChildren([home, account, keyList, createKey, keyPage]),
]);

export const createPages = (queryClient: QueryClient) =>
  createRouter({ routeTree: tree, context: { queryClient }, scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
