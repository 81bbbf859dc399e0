import type { Key } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { fill, texts } from '../texts.ts';
import { Choice } from '../ui/choice.tsx';
import { Status } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { Box } from './key-list-boxes.tsx';
import { KeyExpiry, KeyHint, KeyName, KindTag } from './key-list-cells.tsx';
import { changedSearch, USUAL_ORDER, type KeyListSearch } from './key-list-search.ts';
import { KeyRowMenu } from './key-row-menu.tsx';
import type { KeyRowsProps } from './key-table.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const words = texts.keyList;

/** The list where there is no room for columns. */
export function KeyCards(props: KeyRowsProps) {
  const { keys, selection, onSelect, mayWrite } = props;
  const toggle = ({ id }: Key) => {
    const { [id]: was, ...others } = selection;
    onSelect(was === true ? others : { ...others, [id]: true });
  };
  return (
    <ul
      aria-label={texts.keys.title}
      aria-busy={keys === null}
      className="divide-y divide-line rounded-lg border border-line bg-surface text-sm"
    >
      {keys === null && <Placeholders />}
      {keys?.map((key) => (
        <li key={key.id} className="flex gap-2 px-3 py-2.5">
          {mayWrite && (
            <Box
              label={fill(words.select, { name: key.name })}
              checked={selection[key.id] === true}
              onChange={() => toggle(key)}
            />
          )}
          <Card of={key} nowMs={props.nowMs} />
          <KeyRowMenu of={key} mayWrite={mayWrite} onFault={props.onFault} />
        </li>
      ))}
    </ul>
  );
}

function Card({ of: key, nowMs }: { of: Key; nowMs: number }) {
  const { lastUsedAt, expiresAt, environment, status } = key;
  const [before = '', after = ''] = words.used.split('{when}');
  const past = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  return (
    <div className="grid min-w-0 flex-1 gap-1">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <KeyName of={key} />
        </div>
        <Status of={status} />
      </div>
      <div className="flex min-w-0 items-center gap-2 text-muted">
        <KeyHint of={key} />
        <KindTag of={key} />
      </div>
      <p className="flex flex-wrap gap-x-3 text-xs text-muted">
        <span>{environment}</span>
        <span>
          {lastUsedAt === null ? (
            words.neverUsed
          ) : (
            <>
              {before}
              <Time value={lastUsedAt} none="" />
              {after}
            </>
          )}
        </span>
        <span>
          {expiresAt === null ? (
            words.neverExpires
          ) : (
            <>
              {past ? words.expired : words.expires} <KeyExpiry of={key} nowMs={nowMs} />
            </>
          )}
        </span>
      </p>
    </div>
  );
}

type SortAndOrder = keyof typeof words.sorts;

/** In the place of the headings that sort. */
export function KeySort({ search }: { search: KeyListSearch }) {
  const navigate = route.useNavigate();
  const { sort, order } = { ...USUAL_ORDER, ...search };
  return (
    <Choice
      compact
      label={words.sort}
      value={`${sort}-${order}`}
      options={Object.entries(words.sorts)}
      onChange={(chosen) => {
        const [by, way] = (chosen as SortAndOrder).split('-') as [typeof sort, typeof order];
        void navigate({ search: (now) => changedSearch(now, { sort: by, order: way }) });
      }}
    />
  );
}

const PLACEHOLDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

const Placeholders = () =>
  PLACEHOLDERS.map((row) => (
    <li key={row} aria-hidden className="grid h-21 content-center gap-2 px-3">
      <span className="block h-4 w-1/2 animate-pulse rounded bg-sunken" />
      <span className="block h-3 w-3/4 animate-pulse rounded bg-sunken" />
    </li>
  ));
