import type { KeyCount, KeyList } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { counted, fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { changedSearch, PAGE_SIZES, USUAL_SIZE, type KeyListSearch } from './key-list-search.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const words = texts.keyList;

interface PagerProps {
  search: KeyListSearch;
  page: Pick<KeyList, 'nextCursor' | 'previousCursor'>;
  count: KeyCount | undefined;
}

/** How many there are, how many of them on a page, and the way to the others: one page at a time, in both directions. */
export function KeyPager({ search, page: { nextCursor, previousCursor }, count }: PagerProps) {
  const navigate = route.useNavigate();
  const turn = (cursor: string | null) => {
    if (cursor !== null) void navigate({ search: (now) => ({ ...now, cursor }) });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
      <p className="mr-auto text-muted" aria-live="polite">
        {count !== undefined && countText(count)}
      </p>
      <Choice
        compact
        label={words.size}
        value={String(search.size ?? USUAL_SIZE)}
        options={PAGE_SIZES.map((size) => [
          String(size),
          fill(words.sizes, { size: String(size) }),
        ])}
        onChange={(text) => {
          const size = PAGE_SIZES.find((each) => String(each) === text);
          void navigate({ search: (now) => changedSearch(now, { size }) });
        }}
      />
      <nav className="flex gap-2" aria-label={words.pages}>
        <Button disabled={previousCursor === null} onClick={() => turn(previousCursor)}>
          {texts.keys.newer}
        </Button>
        <Button disabled={nextCursor === null} onClick={() => turn(nextCursor)}>
          {texts.keys.older}
        </Button>
      </nav>
    </div>
  );
}

const countText = ({ count, isExact }: KeyCount): string =>
  isExact
    ? counted(words.count, count)
    : fill(words.count.more, { count: count.toLocaleString('en') });
