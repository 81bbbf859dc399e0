import { Link, useLocation, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useSections } from '../lib/sections.ts';
import { texts } from '../texts.ts';

/** The settings of the organization that the address names. */
export function SectionTabs() {
  const { organizationId } = useParams({ strict: false });
  const sections = useSections();
  const { pathname } = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the tab of the page may lie outside of the row.
  useEffect(() => {
    const current = list.current?.querySelector('[data-status=active]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, sections.length]);
  if (organizationId === undefined) return null;
  return (
    <nav aria-label={texts.settings.title} className="mx-auto max-w-[90rem]">
      <ul ref={list} className="flex scrollbar-none gap-1 overflow-x-auto px-2.5">
        {sections.map(({ to, name }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ organizationId }}
              className="group block whitespace-nowrap border-b-2 border-transparent py-1.5 text-sm text-muted -outline-offset-2 hover:text-text data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-text"
            >
              <span className="block rounded-md px-2.5 py-1.5 transition-colors group-hover:bg-sunken">
                {name}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
