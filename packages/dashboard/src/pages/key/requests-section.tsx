import type { Key, LogEntry } from '@claviger/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { relativeTime } from '../../lib/times.ts';
import { fill, counted, texts } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Blank, Empty, Section } from '../../ui/section.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Time } from '../../ui/time.tsx';
import { keyRequestsQuery, REQUESTS_A_PAGE } from './request-log.ts';
import { RequestDetails } from './request-details.tsx';

const words = keyPageTexts.requests;

export function RequestsSection({ of: key }: { of: Key }) {
  const [live, setLive] = useState(false);
  const requests = useInfiniteQuery(keyRequestsQuery(key.organizationId, key.id, live));
  return (
    <Section
      title={words.title}
      aside={
        <>
          <Addresses of={requests.data?.pages.flatMap((page) => page.entries) ?? []} />
          <Switch label={words.live} checked={live} onChange={setLive} />
        </>
      }
    >
      <Loaded query={requests} placeholder={<Placeholder />}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          return (
            <div className="min-h-135">
              {pages[0]?.recording === false && (
                <p className="border-b border-line px-5 py-3 text-sm text-muted">{words.off}</p>
              )}
              {entries.length === 0 ? (
                <div className="h-120">
                  <Empty title={words.empty.title}>{words.empty.body}</Empty>
                </div>
              ) : (
                <Requests of={entries} />
              )}
              {requests.hasNextPage && (
                <div className="px-5 py-3">
                  <Button
                    disabled={requests.isFetchingNextPage}
                    onClick={() => void requests.fetchNextPage()}
                  >
                    {requests.isFetchingNextPage ? words.loading : words.older}
                  </Button>
                </div>
              )}
            </div>
          );
        }}
      </Loaded>
    </Section>
  );
}

const ROWS = Array.from({ length: REQUESTS_A_PAGE }, (_, index) => index);

const Placeholder = () => (
  <div className="min-h-135 divide-y divide-line pt-10">
    {ROWS.map((row) => (
      <div key={row} className="flex h-11 items-center gap-6 px-5">
        <Blank className="h-4 w-24" />
        <Blank className="h-4 w-28" />
        <Blank className="h-4 flex-1" />
      </div>
    ))}
  </div>
);

/** From how many places, as far as is known. */
function Addresses({ of: entries }: { of: readonly LogEntry[] }) {
  const { size } = new Set(entries.map(({ ip }) => ip).filter((ip) => ip !== null));
  if (size === 0) return null;
  return <span className="text-sm text-muted">{counted(words.addresses, size)}</span>;
}

/** From which width on there is room for it. */
const FROM = {
  origin: 'max-lg:hidden xl:max-2xl:hidden',
  address: 'max-md:hidden',
  took: 'max-sm:hidden',
};

function Requests({ of: entries }: { of: readonly LogEntry[] }) {
  const [open, setOpen] = useState<string | null>(null);
  const head = 'h-10 px-2 font-medium first:pl-5';
  return (
    <table className="w-full table-fixed text-left text-sm">
      <caption className="sr-only">{words.title}</caption>
      <thead className="text-muted">
        <tr className="border-b border-line">
          <th scope="col" className={`${head} w-36`}>
            {words.time}
          </th>
          <th scope="col" className={`${head} w-48 max-sm:w-auto`}>
            {words.outcome}
          </th>
          <th scope="col" className={`${head} max-sm:hidden`}>
            {words.request}
          </th>
          <th scope="col" className={`${head} ${FROM.origin}`}>
            {words.origin}
          </th>
          <th scope="col" className={`${head} w-32 ${FROM.address}`}>
            {words.address}
          </th>
          <th scope="col" className={`${head} w-20 text-right ${FROM.took}`}>
            {words.duration}
          </th>
          <td className="w-14" />
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {entries.map((entry) => (
          <Fragment key={entry.id}>
            <Request
              of={entry}
              open={open === entry.id}
              onToggle={() => setOpen(open === entry.id ? null : entry.id)}
            />
            {open === entry.id && (
              <tr>
                <td colSpan={7} id={entry.id} className="bg-sunken px-5 py-4">
                  <RequestDetails of={entry} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

interface RequestProps {
  of: LogEntry;
  open: boolean;
  onToggle: () => void;
}

function Request({ of: entry, open, onToggle }: RequestProps) {
  const { id, at, ip, origin, durationMs } = entry;
  return (
    <tr className="h-11">
      <td className="truncate pl-5 pr-2">
        <Time value={at} none="" />
      </td>
      <td className="truncate px-2">
        <OutcomeOf entry={entry} />
      </td>
      <td className="truncate px-2 font-mono text-xs max-sm:hidden">
        <RequestLine of={entry} />
      </td>
      <td className={`truncate px-2 ${FROM.origin}`}>{origin ?? texts.keys.nobody}</td>
      <td className={`truncate px-2 font-mono text-xs ${FROM.address}`}>
        {ip ?? texts.keys.nobody}
      </td>
      <td className={`px-2 text-right tabular-nums ${FROM.took}`}>{milliseconds(durationMs)}</td>
      <td className="pr-3 text-right">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          aria-label={fill(words.details, { time: relativeTime(at) })}
          onClick={onToggle}
          className="inline-grid size-8 place-items-center rounded-md text-muted hover:bg-sunken hover:text-text"
        >
          <Icon of="down" className={`size-4 transition-transform ${open ? 'rotate-180' : ''}`} />
        </button>
      </td>
    </tr>
  );
}

const COLORS = { 200: 'bg-good', 429: 'bg-warn' } as const;

/** Told apart by words as well as by colour. */
function OutcomeOf({ entry: { code, status } }: { entry: LogEntry }) {
  const [name] = keyPageTexts.outcomes[code];
  const color = status === 200 || status === 429 ? COLORS[status] : 'bg-bad';
  return (
    <span className="inline-flex max-w-full items-center gap-2">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${color}`} />
      <span className="truncate" title={name}>
        {name}
      </span>
    </span>
  );
}

function RequestLine({ of: { method, path } }: { of: LogEntry }) {
  const line = [method, path].filter((part) => part !== null).join(' ');
  return line === '' ? (
    <span className="font-sans text-sm text-muted">{words.unknownRequest}</span>
  ) : (
    <span title={line}>{line}</span>
  );
}

const milliseconds = (ms: number): string =>
  fill(words.milliseconds, { count: ms < 10 ? ms.toFixed(1) : String(Math.round(ms)) });
