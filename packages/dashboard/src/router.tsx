import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  redirect,
} from '@tanstack/react-router';
import { lazyPage } from './lib/lazy-page.ts';
import { apisQuery } from './lib/apis.ts';
import { linkToKeys } from './lib/links.ts';
import { sessionQuery } from './lib/session.ts';
import { methodsQuery } from './lib/sign-in.ts';
import { keyPageSearch } from './pages/key/key-page-search.ts';
import { keyListSearch } from './pages/key-list-search.ts';
import { resourcesSearch } from './pages/resources-search.ts';
import { signInSearch } from './pages/sign-in-search.ts';
import { NotFound } from './ui/not-found.tsx';
import { Failed, FailedAlone } from './ui/failed.tsx';
import { FramePlaceholder } from './ui/frame-placeholder.tsx';
import { Root } from './ui/root.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: FailedAlone,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  // What there is to sign in with is there when the page is: nothing moves. Without it, the password still works.
  loader: ({ context }) => context.queryClient.ensureQueryData(methodsQuery).catch(() => null),
  component: lazyPage(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyPage(() => import('./pages/setup-page.tsx'), 'SetupPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyPage(() => import('./pages/invitation-page.tsx'), 'InvitationPage'),
});

const recover = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  loader: ({ context }) => context.queryClient.ensureQueryData(methodsQuery).catch(() => null),
  component: lazyPage(() => import('./pages/recover-page.tsx'), 'RecoverPage'),
});

const signedInElsewhere = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/done',
  component: lazyPage(() => import('./pages/signed-in-page.tsx'), 'SignedInPage'),
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
  pendingComponent: FramePlaceholder,
  pendingMs: 100,
  pendingMinMs: 0,
  component: lazyPage(() => import('./ui/frame.tsx'), 'Frame'),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } =>
    typeof q === 'string' && q !== '' ? { q } : {},
  beforeLoad: ({ context: { session } }) => {
    const [only, ...others] = session.memberships;
    if (only !== undefined && others.length === 0 && !session.user.operator) {
      throw redirect(linkToKeys(only.organizationId));
    }
  },
  component: lazyPage(() => import('./pages/home-page.tsx'), 'HomePage'),
});

const keyList = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys',
  validateSearch: keyListSearch,
  // Which columns there are depends on them, and columns must not move. Never throws.
  loader: ({ context: { queryClient }, params: { organizationId } }) =>
    queryClient.prefetchQuery(apisQuery(organizationId)),
  component: lazyPage(() => import('./pages/key-list-page.tsx'), 'KeyListPage'),
});

const createKey = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys/new',
  validateSearch: ({ replaces }: Record<string, unknown>): { replaces?: string } =>
    typeof replaces === 'string' && replaces !== '' ? { replaces } : {},
  component: lazyPage(() => import('./pages/create-key-page.tsx'), 'CreateKeyPage'),
});

const keyPage = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/api-keys/$keyId',
  validateSearch: keyPageSearch,
  component: lazyPage(() => import('./pages/key-page.tsx'), 'KeyPage'),
});

const resources = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/resources',
  validateSearch: resourcesSearch,
  component: lazyPage(() => import('./pages/resources-page.tsx'), 'ResourcesPage'),
});

const members = createRoute({
  getParentRoute: () => signedIn,
  path: '/org/$organizationId/settings/members',
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } =>
    typeof q === 'string' && q !== '' ? { q } : {},
  component: lazyPage(() => import('./pages/members-page.tsx'), 'MembersPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyPage(() => import('./pages/account-page.tsx'), 'AccountPage'),
});

const tree = root.addChildren([
  signIn,
  signedInElsewhere,
  setup,
  invitation,
  recover,
  signedIn.addChildren([home, account, keyList, createKey, keyPage, resources, members]),
]);

export const createPages = (queryClient: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queryClient },
    scrollRestoration: true,
    defaultErrorComponent: Failed,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
