import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clientFor } from '../lib/api.ts';
import { linkToKeys } from '../lib/links.ts';
import { texts } from '../texts.ts';

const route = getRouteApi('/signed-in');

/** The organizations to choose from. */
export function HomePage() {
  const { session } = route.useRouteContext();
  const all = useQuery({
    queryKey: ['organizations'],
    enabled: session.user.operator,
    queryFn: async () => (await clientFor(null).organizations.list({ limit: 200 })).data,
  });
  const organizations = session.user.operator
    ? (all.data ?? []).map(({ id, name }) => ({ organizationId: id, organizationName: name }))
    : session.memberships.map(({ organizationId }) => ({
        organizationId,
        organizationName: organizationId,
      }));
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold tracking-tight">{texts.home.title}</h1>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {organizations.map(({ organizationId, organizationName }) => (
          <li key={organizationId}>
            <Link {...linkToKeys(organizationId)} className="block px-4 py-3 hover:bg-sunken">
              <span className="font-medium">{organizationName}</span>{' '}
              <span className="font-mono text-sm text-muted">{organizationId}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
