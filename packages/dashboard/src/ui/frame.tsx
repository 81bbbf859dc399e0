import { getRouteApi, Link, Outlet, useParams } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { usePageName, useTitle } from '../lib/page-name.ts';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { useShortcuts } from '../lib/use-shortcuts.ts';
import { usePart } from '../lib/use-part.ts';
import { useSessionOver } from '../lib/use-session-over.ts';
import { texts } from '../texts.ts';
import { AccountMenu } from './account-menu.tsx';
import { Logo } from './logo.tsx';
import { OrganizationState } from './organization-state.tsx';
import { OrganizationSwitcher } from './organization-switcher.tsx';
import { PaletteButton } from './palette-button.tsx';
import { useMessages } from './messages.tsx';
import { SectionTabs } from './section-tabs.tsx';

const route = getRouteApi('/signed-in');

/** What lies over the page, one at a time. */
type Over = 'palette' | 'shortcuts' | null;

/** What is around every page behind the sign-in. */
export function Frame() {
  const { session } = route.useRouteContext();
  const [over, setOver] = useState<Over>(null);
  const openPalette = useCallback(() => setOver('palette'), []);
  const openShortcuts = useCallback(() => setOver('shortcuts'), []);
  useShortcuts(openPalette, openShortcuts);
  const [isOver, signedIn, ignore] = useSessionOver();
  const again = usePart(() => import('./sign-in-again.tsx'), isOver, ignore);
  const { main, heading, news } = usePageName();
  useTitle(heading, useOrganizationName(useParams({ strict: false }).organizationId) ?? null);
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:left-2 focus:top-2 focus:z-20 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        {texts.skipToContent}
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-[90rem] items-center gap-2 px-5">
          <Link
            to="/"
            className="flex items-center gap-2.5 rounded-md font-semibold tracking-tight"
          >
            <Logo />
            <span className="max-sm:sr-only">{texts.product}</span>
          </Link>
          <OrganizationSwitcher />
          <div className="ml-auto flex items-center gap-2">
            <PaletteButton onOpen={openPalette} />
            <AccountMenu user={session.user} />
          </div>
        </div>
        <SectionTabs />
      </header>
      <main
        id="content"
        ref={main}
        tabIndex={-1}
        className="mx-auto max-w-[90rem] px-5 py-8 outline-none"
      >
        <OrganizationState>
          <Outlet />
        </OrganizationState>
      </main>
      <p role="status" className="sr-only">
        {news}
      </p>
      <OverPage over={over} onOver={setOver} />
      {isOver && again !== null && <again.SignInAgain onDone={signedIn} onCancel={ignore} />}
    </>
  );
}

interface OverPageProps {
  over: Over;
  onOver: (over: Over) => void;
}

/** What lies over the page, loaded when it is first wanted. */
function OverPage({ over, onOver }: OverPageProps) {
  const say = useMessages();
  const close = () => onOver(null);
  const fail = () => {
    close();
    say(texts.unreachable.fault);
  };
  const palette = usePart(() => import('./palette.tsx'), over === 'palette', fail);
  const shortcuts = usePart(() => import('./shortcuts.tsx'), over === 'shortcuts', fail);
  if (over === 'palette' && palette !== null) {
    return <palette.Palette onClose={close} onShortcuts={() => onOver('shortcuts')} />;
  }
  if (over === 'shortcuts' && shortcuts !== null) return <shortcuts.Shortcuts onClose={close} />;
  return null;
}
