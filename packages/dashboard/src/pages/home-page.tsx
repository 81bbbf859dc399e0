import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { linkToKeys, linkToMembers } from '../lib/links.ts';
import { fromCursor, useMorePages } from '../lib/more-pages.ts';
import { INSTALLATION } from '../lib/roles.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { CreateOrganization } from './create-organization.tsx';

const signedIn = getRouteApi('/signed-in');

/** The organizations to choose from. */
export function HomePage() {
  const { session } = signedIn.useRouteContext();
  if (session.user.operator) return <AllOrganizations />;
  return (
    <div className="grid gap-4">
      <Title />
      {session.memberships.length === 0 && <p className="text-muted">{texts.home.none}</p>}
      <Organizations
        of={session.memberships.map(({ organizationId, organizationName, role }) => ({
          id: organizationId,
          name: organizationName,
          note: texts.roles[role][0],
        }))}
      />
    </div>
  );
}

const Title = () => <h1 className="text-xl font-semibold tracking-tight">{texts.home.title}</h1>;

const home = getRouteApi('/signed-in/');

const PAGE = 50;

/** What operators see: every one, and the installation itself. */
function AllOrganizations() {
  const { q } = home.useSearch();
  const navigate = home.useNavigate();
  const [creating, setCreating] = useState(false);
  const all = useMorePages(['organizations', q], (cursor) =>
    clientFor(null).organizations.list({
      limit: PAGE,
      ...(q !== undefined && { q }),
      ...fromCursor(cursor),
    }),
  );
  const organizations = all.items?.filter(({ id }) => id !== INSTALLATION);
  const searches = q !== undefined || all.hasNextPage;
  return (
    <div className="grid gap-8">
      <div className="grid gap-4">
        <div className="flex flex-wrap items-start gap-4">
          <Title />
          <Button look="primary" className="ml-auto" onClick={() => setCreating(true)}>
            {texts.home.create.title}
          </Button>
        </div>
        {searches && (
          <SearchField
            label={texts.home.search}
            q={q ?? ''}
            onSearch={(text) =>
              void navigate({ search: text === '' ? {} : { q: text }, replace: true })
            }
          />
        )}
        {all.isError && <Notice>{explain(all.error)}</Notice>}
        {organizations?.length === 0 && (
          <p className="text-muted">
            {q === undefined ? texts.home.noneAtAll : texts.home.noMatch}
          </p>
        )}
        {all.isPending && <Placeholders />}
        <Organizations of={organizations ?? []} />
        {all.hasNextPage && (
          <Button className="justify-self-start" onClick={() => all.fetchNextPage()}>
            {texts.home.more}
          </Button>
        )}
      </div>
      <section className="grid gap-3">
        <h2 className="font-semibold">{texts.home.installation}</h2>
        <Listed>
          <li>
            <Link {...linkToMembers(INSTALLATION)} className={LINE}>
              {texts.home.operators}
            </Link>
          </li>
          <li>
            <Link {...linkToKeys(INSTALLATION)} className={LINE}>
              {texts.home.rootKeys}
            </Link>
          </li>
        </Listed>
      </section>
      {creating && <CreateOrganization onClose={() => setCreating(false)} />}
    </div>
  );
}

const LINE = 'flex flex-wrap items-baseline gap-x-3 px-4 py-3 hover:bg-sunken';

const Listed = ({ children }: { children: ReactNode }) => (
  <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
    {children}
  </ul>
);

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly note?: string;
}

function Organizations({ of: organizations }: { of: readonly Shown[] }) {
  if (organizations.length === 0) return null;
  return (
    <Listed>
      {organizations.map(({ id, name, note }) => (
        <li key={id}>
          <Link {...linkToKeys(id)} className={LINE}>
            <span className="min-w-0 wrap-anywhere font-medium">{name}</span>
            <span className="min-w-0 wrap-anywhere font-mono text-sm text-muted">{id}</span>
            {note !== undefined && <span className="ml-auto text-sm text-muted">{note}</span>}
          </Link>
        </li>
      ))}
    </Listed>
  );
}

const Placeholders = () => (
  <div aria-hidden className="h-[3.0625rem] animate-pulse rounded-lg bg-sunken" />
);
