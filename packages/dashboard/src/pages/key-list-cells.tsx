import type { Api, Key } from '@claviger/contract';
import { Link } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { permissionsOf } from '../lib/key-permissions.ts';
import { limitWords, shortLimit } from '../lib/limit-words.ts';
import { texts } from '../texts.ts';
import { Time } from '../ui/time.tsx';
import { DAY_MS } from '../lib/times.ts';

const words = texts.keyList;

export function KeyName({ of: { id: keyId, organizationId, name } }: { of: Key }) {
  return (
    <Link
      to="/org/$organizationId/settings/api-keys/$keyId"
      params={{ organizationId, keyId }}
      title={name}
      className="line-clamp-2 break-words font-medium hover:underline"
    >
      {name}
    </Link>
  );
}

export const KindTag = ({ of: { kind } }: { of: Key }) => (
  <span className="rounded border border-line px-1 text-[11px] leading-4 text-muted">
    {words.kinds[kind]}
  </span>
);

export const KeyHint = ({ of: { publicKey, hint } }: { of: Key }) => (
  <span title={publicKey ?? hint} className="block max-w-full truncate font-mono text-xs">
    {publicKey ?? hint}
  </span>
);

const SUMMED_UP = 2;

/** The preset, or the first two and how many more; all of them on hover and on focus. */
export function KeyPermissions({ of: key, api }: { of: Key; api: Api | undefined }) {
  const { preset, all } = permissionsOf(key, api);
  const shown = preset === null ? all.slice(0, SUMMED_UP) : [preset];
  const more = preset === null ? all.length - shown.length : 0;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button type="button" className="flex max-w-full cursor-default gap-1 rounded text-left">
          <span className="truncate">{shown.join(', ')}</span>
          {more > 0 && <span className="text-muted">+{more}</span>}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side="bottom"
          align="start"
          sideOffset={4}
          collisionPadding={12}
          className="z-20 max-h-80 max-w-72 overflow-hidden rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-lg"
        >
          {all.length === 0 ? texts.keys.nobody : all.join(', ')}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Its own limits, or those that its API gives every key. */
export function KeyLimits({ of: { rateLimits }, api }: { of: Key; api: Api | undefined }) {
  const isOwn = rateLimits.length > 0;
  const inherited = (api?.rateLimits ?? []).filter(({ scope }) => scope === 'key');
  const limits = isOwn ? rateLimits : inherited;
  if (limits.length === 0) return <span className="text-muted">{texts.keys.nobody}</span>;
  return limits.map((limit) => (
    <span
      key={limit.name}
      title={isOwn ? limitWords(limit) : `${limitWords(limit)}. ${words.ofApi}`}
      className={`block truncate ${isOwn ? '' : 'text-muted'}`}
    >
      {shortLimit(limit)}
    </span>
  ));
}

/** When the first reminder goes out, unless the API says otherwise. */
const SOON_DAYS = 14;

/** `nowMs`: when it was read. */
export function KeyExpiry({ of: { expiresAt }, nowMs }: { of: Key; nowMs: number }): ReactNode {
  const leftMs = expiresAt === null ? Infinity : Date.parse(expiresAt) - nowMs;
  const isSoon = leftMs > 0 && leftMs <= SOON_DAYS * DAY_MS;
  return (
    <span className={isSoon ? 'font-medium text-warn' : ''}>
      <Time value={expiresAt} none={texts.keys.never} />
    </span>
  );
}
