import type { KeyCount } from '@claviger/contract';
import { counted, fill, texts } from '../texts.ts';
import { bulkDeeds, type BulkDeed } from '../lib/bulk-run.ts';
import { Button } from '../ui/button.tsx';

const words = texts.keyList;

interface SelectionProps {
  /** How many were ticked. */
  ticked: number;
  /** Instead of them, all that match. */
  everything: boolean;
  count: KeyCount | undefined;
  onEverything: () => void;
  onDeed: (deed: BulkDeed) => void;
  onClear: () => void;
}

/** What is selected and what can be done with it: over the page, so that nothing on it moves. */
export function SelectionBar(props: SelectionProps) {
  const { ticked, everything, count, onEverything, onDeed, onClear } = props;
  if (ticked === 0 && !everything) return null;
  const all = count?.count ?? 0;
  return (
    <section
      aria-label={words.selection}
      className="sticky bottom-4 mx-auto flex w-fit max-w-full flex-wrap items-center gap-x-3 gap-y-1.5 rounded-xl border border-line bg-surface px-4 py-2.5 text-sm shadow-xl"
    >
      <p role="status" className="font-medium">
        {everything ? counted(words.selectedAll, all) : counted(words.selected, ticked)}
      </p>
      {!everything && all > ticked && (
        <button
          type="button"
          onClick={onEverything}
          className="text-accent underline underline-offset-4"
        >
          {fill(words.selectAll, { count: all.toLocaleString('en') })}
        </button>
      )}
      <div className="flex flex-wrap gap-2">
        {bulkDeeds.map((deed) => (
          <Button key={deed} onClick={() => onDeed(deed)} className="max-sm:px-2.5">
            {words.bulk.deeds[deed]}
          </Button>
        ))}
        <Button onClick={onClear} className="border-transparent max-sm:px-2.5">
          {words.clear}
        </Button>
      </div>
    </section>
  );
}
