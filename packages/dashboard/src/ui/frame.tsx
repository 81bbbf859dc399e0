import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useRouter } from '@tanstack/react-router';
import { post } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

const route = getRouteApi('/signed-in');

/** What is around every page behind the sign-in. */
export function Frame() {
  const { session } = route.useRouteContext();
  const router = useRouter();
  const queryClient = useQueryClient();
  const signOut = async () => {
    await post('/auth/sign-out', {});
    queryClient.clear();
    router.history.push('/sign-in');
  };
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:left-2 focus:top-2 focus:rounded focus:bg-surface focus:p-2"
      >
        {texts.skipToContent}
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-4 px-5">
          <Link to="/" className="font-semibold tracking-tight">
            {texts.product}
          </Link>
          <span className="ml-auto hidden truncate text-sm text-muted sm:inline">
            {session.user.email}
          </span>
          <Button onClick={signOut} className="max-sm:ml-auto">
            {texts.signOut}
          </Button>
        </div>
      </header>
      <main id="content" className="mx-auto max-w-7xl px-5 py-8">
        <Outlet />
      </main>
    </>
  );
}
