import type { AuditEvent, Key } from '@claviger/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { counted } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Actor } from '../../ui/actor.tsx';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Blank, Empty, Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { actionName, changesIn, EVENTS_A_PAGE, keyHistoryQuery, remarksOn } from './history.ts';
import type { FieldChange } from './history.ts';
import { useKeyView } from './key-view.ts';

const words = keyPageTexts.history;

export function HistorySection({ of: key }: { of: Key }) {
  const history = useInfiniteQuery(keyHistoryQuery(key.organizationId, key.id));
  return (
    <Section title={words.title}>
      <Loaded query={history} placeholder={<Placeholder />}>
        {({ pages }) => {
          const events = pages.flatMap(({ data }) => data);
          return (
            <div className="min-h-48 py-4">
              {events.length === 0 && <Empty title={words.empty} />}
              <ol>
                {events.map((event) => (
                  <Event key={event.id} of={event} />
                ))}
              </ol>
              {history.hasNextPage && (
                <div className="px-5 pt-2">
                  <Button
                    disabled={history.isFetchingNextPage}
                    onClick={() => void history.fetchNextPage()}
                  >
                    {words.older}
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

const ROWS = Array.from({ length: EVENTS_A_PAGE / 2 }, (_, index) => index);

const Placeholder = () => (
  <div className="grid min-h-48 content-start gap-4 px-5 py-4">
    {ROWS.map((row) => (
      <Blank key={row} className="h-5 w-72 max-w-full" />
    ))}
  </div>
);

/** On a line with those before and after it. */
function Event({ of: event }: { of: AuditEvent }) {
  const { api } = useKeyView();
  const changes = changesIn(event, api);
  const remarks = remarksOn(event);
  const [before, after] = words.by.split('{who}');
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)] gap-1 pb-4 pl-11 pr-5 text-sm before:absolute before:bottom-0 before:left-6 before:top-3 before:w-px before:bg-line last:before:hidden">
      <span
        aria-hidden
        className="absolute left-[1.3125rem] top-1.5 size-2 rounded-full bg-accent ring-4 ring-surface"
      />
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{actionName(event)}</span>
        <span>
          {before}
          <Actor of={event.actor} />
          {after}
        </span>
        <span className="text-muted">
          <Time value={event.at} none="" />
        </span>
        {event.ip !== null && (
          <span className="text-muted">{words.from.replace('{ip}', event.ip)}</span>
        )}
      </p>
      {remarks.map((remark) => (
        <p key={remark} className="break-words text-muted">
          {remark}
        </p>
      ))}
      {changes.length > 0 && <Changes of={changes} />}
    </li>
  );
}

/** One in sight, several behind what opens them. */
function Changes({ of: changes }: { of: readonly FieldChange[] }) {
  const list = (
    <dl className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {changes.map((change) => (
        <Change key={change.name} of={change} />
      ))}
    </dl>
  );
  if (changes.length === 1) return list;
  return (
    <details>
      <summary className="w-fit cursor-pointer text-accent">
        {counted(words.changes, changes.length)}
      </summary>
      <div className="mt-2">{list}</div>
    </details>
  );
}

const Change = ({ of: { name, before, after } }: { of: FieldChange }) => (
  <div className="grid grid-cols-[minmax(0,1fr)] gap-x-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
    <dt className="text-muted">{name}</dt>
    <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <del className="min-w-0 max-w-full break-words text-muted no-underline">
        <span className="sr-only">{words.before}: </span>
        <Folded text={before} />
      </del>
      <span aria-hidden>→</span>
      <ins className="min-w-0 max-w-full break-words no-underline">
        <span className="sr-only">{words.after}: </span>
        <Folded text={after} />
      </ins>
    </dd>
  </div>
);

/** What fits on a line and a half. */
const MAX_SHOWN = 90;

function Folded({ text }: { text: string }) {
  if (text.length <= MAX_SHOWN) return text;
  return (
    <details className="group inline">
      <summary className="inline cursor-pointer" title={words.whole}>
        <span className="group-open:hidden">{text.slice(0, MAX_SHOWN)}…</span>
        <span className="hidden text-accent group-open:inline">↑ </span>
      </summary>
      {text}
    </details>
  );
}
