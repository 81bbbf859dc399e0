import type { Key, PatchKey } from '@claviger/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { ClavigerError } from '@claviger/sdk';
import { useState } from 'react';
import { clientFor } from '../lib/api.ts';
import { apisQuery } from '../lib/apis.ts';
import { linkToKeys } from '../lib/links.ts';
import { isOwnOnly, permissionsIn } from '../lib/session.ts';
import { keyPageTexts } from '../texts/key-page.ts';
import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Notice } from '../ui/notice.tsx';
import { Reveal, type Revealed } from '../ui/reveal.tsx';
import { Blank } from '../ui/section.tsx';
import { DangerSection } from './key/danger-section.tsx';
import { FactsSection, replacementsQuery } from './key/facts-section.tsx';
import { FindingsSection } from './key/findings-section.tsx';
import { HistorySection } from './key/history-section.tsx';
import { KeyDialog } from './key/key-dialog.tsx';
import { KeyHeader } from './key/key-header.tsx';
import { KeyViewing, type Asked, type Edited, type EditedField } from './key/key-view.ts';
import { RenewSection } from './key/renew-section.tsx';
import { RequestsSection } from './key/requests-section.tsx';
import { SecretsSection } from './key/secrets-section.tsx';
import { UsageSection } from './key/usage-section.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys/$keyId');

/** While an old secret works, its last use is what somebody waits for. */
const OVERLAP_MS = 5_000;

const isOverlapping = (key: Key | undefined): boolean =>
  key?.secrets.some(({ expiresAt }) => expiresAt !== null) === true;

/** Everything about one key. */
export function KeyPage() {
  const { organizationId, keyId } = route.useParams();
  const found = useQuery({
    queryKey: ['key', keyId],
    queryFn: () => clientFor(organizationId).keys.get(keyId),
    refetchInterval: ({ state }) => (isOverlapping(state.data) ? OVERLAP_MS : false),
  });
  const apis = useQuery(apisQuery(organizationId));
  const replacements = useQuery(replacementsQuery(organizationId, keyId));
  if (isUnknown(found.error)) return <Gone organizationId={organizationId} />;
  // Names of permissions come from the API, and lines from what replaces it: without them, everything would move.
  const waits = apis.isPending || replacements.isPending;
  const key = { ...found, data: waits ? undefined : found.data };
  return (
    <Loaded query={key} placeholder={<Placeholder />}>
      {(shown) => <Details key={shown.id} of={shown} />}
    </Loaded>
  );
}

const isUnknown = (error: Error | null): boolean =>
  error instanceof ClavigerError && (error.code === 'KEY_NOT_FOUND' || error.status === 400);

function Gone({ organizationId }: { organizationId: string }) {
  return (
    <div className="grid justify-items-center gap-3 py-20 text-center">
      <h1 className="text-xl font-semibold tracking-tight">{keyPageTexts.gone.title}</h1>
      <p className="text-muted">{keyPageTexts.gone.body}</p>
      <Link {...linkToKeys(organizationId)} className="text-accent underline underline-offset-4">
        {keyPageTexts.back}
      </Link>
    </div>
  );
}

const COLUMNS =
  'grid grid-cols-[minmax(0,1fr)] items-start gap-6 xl:grid-cols-[28rem_minmax(0,1fr)]';
const COLUMN = 'grid grid-cols-[minmax(0,1fr)] gap-6';

const Placeholder = () => (
  <div className="grid gap-6">
    <div className="grid h-40 content-start gap-3">
      <Blank className="h-5 w-20" />
      <Blank className="h-8 w-72 max-w-full" />
      <Blank className="h-5 w-56" />
      <Blank className="h-5 w-80 max-w-full" />
    </div>
    <div className={COLUMNS}>
      <Blank className="h-180 rounded-lg" />
      <Blank className="h-180 rounded-lg" />
    </div>
  </div>
);

const Warning = ({ text, onRead }: { text: string; onRead: () => void }) => (
  <Notice>
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <p className="min-w-0 flex-1 basis-72 break-words">{text}</p>
      <Button onClick={onRead}>{keyPageTexts.understood}</Button>
    </div>
  </Notice>
);

function Details({ of: key }: { of: Key }) {
  const { organizationId, apiId } = key;
  const { range = '24h' } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: apis = [] } = useQuery(apisQuery(organizationId));
  const { session } = route.useRouteContext();
  const held = permissionsIn(session, organizationId);
  const ownOnly = isOwnOnly(session, organizationId);
  const [asked, ask] = useState<Asked | null>(null);
  const [warning, warn] = useState<string | null>(null);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const [edited, setEdited] = useState<Edited>({});
  const edit = (field: EditedField, suggested: PatchKey = {}) =>
    setEdited((before) => ({ ...before, [field]: suggested }));
  const api = apis.find(({ id }) => id === apiId) ?? null;
  const deleted = async () => {
    await router.navigate(linkToKeys(organizationId));
    queryClient.removeQueries({ queryKey: ['key', key.id] });
  };
  return (
    <KeyViewing value={{ key, api, held, ownOnly, ask, warn, edit }}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <KeyHeader />
        {warning !== null && <Warning text={warning} onRead={() => warn(null)} />}
        <div className={COLUMNS}>
          <div className={COLUMN}>
            <FactsSection
              edited={edited}
              onClose={(field) => setEdited((before) => ({ ...before, [field]: undefined }))}
            />
            <SecretsSection of={key} />
            {held.includes('keys:write') && <RenewSection of={key} />}
            {held.includes('logs:read') && <FindingsSection of={key} />}
          </div>
          <div className={COLUMN}>
            {held.includes('usage:read') && (
              <UsageSection
                of={key}
                range={range}
                onRange={(chosen) => void navigate({ search: { range: chosen }, replace: true })}
              />
            )}
            {held.includes('logs:read') && <RequestsSection of={key} />}
            {held.includes('audit:read') && <HistorySection of={key} />}
          </div>
        </div>
        {held.includes('keys:write') && <DangerSection of={key} />}
      </div>
      {asked !== null && (
        <KeyDialog
          asked={asked}
          onIssued={setRevealed}
          onDeleted={deleted}
          onClose={() => ask(null)}
        />
      )}
      {revealed !== null && <Reveal of={revealed} onDone={() => setRevealed(null)} />}
    </KeyViewing>
  );
}
