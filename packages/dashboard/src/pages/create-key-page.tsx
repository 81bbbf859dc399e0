import type { Key } from '@claviger/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clientFor, explain } from '../lib/api.ts';
import { apisQuery, OWN_ORGANIZATION } from '../lib/apis.ts';
import { linkToKeys } from '../lib/links.ts';
import { permissionsIn } from '../lib/session.ts';
import { useOrganizationName } from '../lib/use-organization-name.ts';
import { fill, texts } from '../texts.ts';
import { createTexts } from '../texts/create-key.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { CreateKeyForm } from './create-key-form.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys/new');
const words = createTexts;

/** A new key, or one to replace another; at the end, the key itself, once. */
export function CreateKeyPage() {
  const { organizationId } = route.useParams();
  const { replaces } = route.useSearch();
  const { session } = route.useRouteContext();
  const mayWrite = permissionsIn(session, organizationId).includes('keys:write');
  return (
    <div className="mx-auto grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-6">
      {!mayWrite && <LookOnly />}
      {mayWrite && replaces === undefined && <New organizationId={organizationId} />}
      {mayWrite && replaces !== undefined && (
        <Replacement key={replaces} organizationId={organizationId} keyId={replaces} />
      )}
    </div>
  );
}

const Title = ({ children }: { children: string }) => (
  <h1 className="text-xl font-semibold tracking-tight">{children}</h1>
);

function LookOnly() {
  const { organizationId } = route.useParams();
  const { memberships } = route.useRouteContext().session;
  const role = memberships.find((each) => each.organizationId === organizationId)?.role;
  const organization = useOrganizationName(organizationId);
  const { title, body, roles, back } = words.lookOnly;
  // The frame says so to strangers.
  if (role === undefined) return null;
  return (
    <>
      <Title>{title}</Title>
      <p className="max-w-prose text-muted">{fill(body, { organization, role: roles[role] })}</p>
      <div>
        <Link {...linkToKeys(organizationId)} className={buttonLook('plain')}>
          {back}
        </Link>
      </div>
    </>
  );
}

function New({ organizationId }: { organizationId: string }) {
  const apis = useQuery(apisQuery(organizationId));
  if (organizationId === OWN_ORGANIZATION) {
    return (
      <>
        <Title>{words.title}</Title>
        <p className="text-muted">{words.rootKeys}</p>
      </>
    );
  }
  return (
    <>
      <Title>{words.title}</Title>
      {apis.isError && <Missed error={apis.error} onRetry={() => apis.refetch()} />}
      {apis.isPending && <Waiting />}
      {apis.data?.length === 0 && <p className="text-muted">{words.noApis}</p>}
      {apis.data !== undefined && apis.data.length > 0 && (
        <CreateKeyForm apis={apis.data} organizationId={organizationId} replaces={null} />
      )}
    </>
  );
}

/** The old key as it is now, and its API. */
const replacedQuery = (organizationId: string, keyId: string) =>
  queryOptions({
    queryKey: ['replaced', organizationId, keyId],
    // It is what the form begins with: what changes afterwards must not change the form.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => {
      const client = clientFor(organizationId);
      const key: Key = await client.keys.get(keyId);
      return { key, api: await client.apis.get(key.apiId) };
    },
  });

function Replacement({ organizationId, keyId }: { organizationId: string; keyId: string }) {
  const found = useQuery(replacedQuery(organizationId, keyId));
  return (
    <>
      <div className="grid gap-1">
        <Title>{words.replace.title}</Title>
        <p className="min-h-12 max-w-prose break-words text-muted">
          {found.data !== undefined && fill(words.replace.body, { name: found.data.key.name })}
        </p>
      </div>
      {found.isError && <Missed error={found.error} onRetry={() => found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data !== undefined && (
        <CreateKeyForm
          apis={[found.data.api]}
          organizationId={organizationId}
          replaces={found.data.key}
        />
      )}
    </>
  );
}

const Missed = ({ error, onRetry }: { error: Error; onRetry: () => void }) => (
  <Notice>
    {explain(error)} <Button onClick={onRetry}>{texts.tryAgain}</Button>
  </Notice>
);

/** The size of what will stand there: a name, an environment, permissions. */
const Waiting = () => (
  <div role="status" className="grid gap-6">
    <span className="sr-only">{texts.loading}</span>
    {['h-24', 'h-28', 'h-96'].map((height) => (
      <div key={height} className={`${height} rounded-lg bg-sunken`} />
    ))}
  </div>
);
