import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { texts } from '../texts.ts';
import { AccountMenu } from './account-menu.tsx';
import { SectionTabs } from './section-tabs.tsx';

const route = getRouteApi('/signed-in');

/** What is around every page behind the sign-in. */
export function Frame() {
  const { session } = route.useRouteContext();
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
          <Link to="/" className="mr-auto font-semibold tracking-tight">
            {texts.product}
          </Link>
          <AccountMenu user={session.user} />
        </div>
        <SectionTabs />
      </header>
      <main id="content" className="mx-auto max-w-7xl px-5 py-8">
        <Outlet />
      </main>
    </>
  );
}
