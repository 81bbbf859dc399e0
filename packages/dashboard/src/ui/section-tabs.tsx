import { getRouteApi, Link, useParams } from '@tanstack/react-router';
import { permissionsIn } from '../lib/session.ts';
import { sectionsFor } from '../lib/sections.ts';
import { texts } from '../texts.ts';

const route = getRouteApi('/signed-in');

/** The settings of the organization that the address names. */
export function SectionTabs() {
  const { organizationId } = useParams({ strict: false });
  const { session } = route.useRouteContext();
  if (organizationId === undefined) return null;
  return (
    <nav aria-label={texts.settings.title} className="mx-auto max-w-7xl overflow-x-auto px-5">
      <ul className="flex gap-5">
        {sectionsFor(permissionsIn(session, organizationId)).map(({ to, name }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ organizationId }}
              className="-mb-px block whitespace-nowrap border-b-2 border-transparent py-2.5 text-sm text-muted hover:text-text data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-text"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
