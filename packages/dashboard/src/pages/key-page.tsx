import type { Key } from '@claviger/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import { linkToKeys } from '../lib/links.ts';
import { permissionsIn } from '../lib/session.ts';
import { lastDayText, texts } from '../texts.ts';
import { Notice } from '../ui/notice.tsx';
import { Reveal, type Revealed } from '../ui/reveal.tsx';
import { Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { KeyActions } from './key-actions.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys/$keyId');

const DAY_MS = 86_400_000;

/** Everything about one key. */
export function KeyPage() {
  const { organizationId, keyId } = route.useParams();
  const router = useRouter();
  const queryClient = useQueryClient();
  const held = permissionsIn(route.useRouteContext().session, organizationId);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const client = clientFor(organizationId);
  const found = useQuery({ queryKey: ['key', keyId], queryFn: () => client.keys.get(keyId) });
  const lastDay = useQuery({
    queryKey: ['lastDay', keyId],
    enabled: held.includes('usage:read'),
    queryFn: async () => {
      const from = new Date(Date.now() - DAY_MS).toISOString();
      const { data } = await client.usage.query({ keyId, from, groupBy: [] });
      return data.reduce((sum, { count }) => sum + count, 0);
    },
  });
  const toList = linkToKeys(organizationId);
  const changed = async () => {
    await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
    await queryClient.invalidateQueries({ queryKey: ['key', keyId] });
  };
  if (found.isError) return <Notice>{explain(found.error)}</Notice>;
  if (found.data === undefined) return <p className="text-muted">{texts.loading}</p>;
  const key = found.data;
  return (
    <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid gap-2">
        <Link {...toList} className="text-sm text-accent hover:underline">
          ← {texts.key.back}
        </Link>
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="min-w-0 break-words text-xl font-semibold tracking-tight">{key.name}</h1>
          <Status of={key.status} />
        </div>
        <p className="break-all font-mono text-sm text-muted">{key.publicKey ?? key.hint}</p>
        <p className="text-sm text-muted">
          {lastDay.data !== undefined && lastDayText(lastDay.data)}
        </p>
      </div>
      <Facts of={key} />
      <Secrets of={key} />
      {held.includes('keys:write') && (
        <KeyActions
          of={key}
          lastDay={lastDay.data ?? null}
          onChanged={changed}
          onIssued={setRevealed}
          onDeleted={async () => {
            await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
            await router.navigate(toList);
          }}
        />
      )}
      {revealed !== null && <Reveal of={revealed} onDone={() => setRevealed(null)} />}
    </div>
  );
}

function Facts({ of: key }: { of: Key }) {
  const { columns, never, nobody } = texts.keys;
  const permissions = key.preset === null ? key.permissions : [key.preset, ...key.permissions];
  const lines: [string, ReactNode][] = [
    [columns.environment, key.environment],
    [texts.key.permissions, permissions.join(', ')],
    [
      texts.key.origins,
      listOr(key.allowedOrigins, key.kind === 'secret' ? texts.key.notUsed : nobody),
    ],
    [texts.key.addresses, listOr(key.allowedIps, texts.key.anywhere)],
    [columns.owner, key.ownerId ?? nobody],
    [columns.created, <Time key="time" value={key.createdAt} none="" />],
    [columns.lastUsed, <Time key="time" value={key.lastUsedAt} none={never} />],
    [columns.expires, <Time key="time" value={key.expiresAt} none={never} />],
  ];
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-5 text-sm sm:grid-cols-[10rem_minmax(0,1fr)]">
      {lines.map(([name, value]) => (
        <div key={name} className="grid gap-0.5 sm:contents">
          <dt className="text-muted">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const listOr = (list: readonly string[], none: string) =>
  list.length === 0 ? none : list.join(', ');

function Secrets({ of: { secrets } }: { of: Key }) {
  if (secrets.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold">{texts.key.secrets}</h2>
      <p className="text-sm text-muted">{texts.key.secretsHint}</p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
        {secrets.map(({ id, hint, lastUsedAt, expiresAt }) => (
          <li key={id} className="flex flex-wrap gap-x-6 gap-y-1 px-5 py-3">
            <span className="font-mono">{hint}</span>
            <span>
              <span className="text-muted">{texts.keys.columns.lastUsed}</span>{' '}
              <Time value={lastUsedAt} none={texts.keys.never} />
            </span>
            <span>
              {expiresAt !== null && <span className="text-muted">{texts.key.until} </span>}
              <Time value={expiresAt} none={texts.key.asKey} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
