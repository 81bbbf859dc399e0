import type { BulkDeed, BulkTotal } from '../lib/bulk-run.ts';
import { counted, fill, texts } from '../texts.ts';
import { lastDayText } from '../texts/key-page.ts';

const words = texts.keyList.bulk;

const number = (count: number): string => count.toLocaleString('en');

/** What would happen, as far as it is known. */
export function Foreseen({ total, deed }: { total: BulkTotal; deed: BulkDeed }) {
  const { matched, changed, failures, examples, isDone } = total;
  if (!isDone) {
    return (
      <p role="status" className="text-sm text-muted">
        {words.looking} {matched > 0 && fill(words.looked, { count: number(matched) })}
      </p>
    );
  }
  const already = matched - changed - failures;
  return (
    <div className="grid gap-3 text-sm">
      {changed === 0 && <p className="text-muted">{words.nothingBody}</p>}
      {changed > 0 && deed !== 'enable' && (
        <p className="font-medium">{lastDayText(total.lastDay)}</p>
      )}
      {examples.length > 0 && (
        <ul className="grid gap-1 rounded-md bg-sunken px-3 py-2">
          {examples.map(({ id, name, hint }) => (
            <li key={id} className="flex gap-3">
              <span className="min-w-0 flex-1 truncate" title={name}>
                {name}
              </span>
              <span className="max-w-40 truncate font-mono text-xs leading-5 text-muted">
                {hint}
              </span>
            </li>
          ))}
          {changed > examples.length && (
            <li className="text-muted">
              {fill(words.more, { count: number(changed - examples.length) })}
            </li>
          )}
        </ul>
      )}
      {already > 0 && <p className="text-muted">{counted(words.as, already)}</p>}
      <Failures of={total} />
    </div>
  );
}

export function Progress({ total: { matched }, of }: { total: BulkTotal; of: number }) {
  const label = fill(words.progress, { done: number(matched), all: number(of) });
  return (
    <div className="grid gap-2 text-sm">
      <progress
        aria-label={words.working}
        value={matched}
        max={Math.max(of, 1)}
        className="h-2 w-full accent-accent"
      />
      <p role="status" className="text-muted">
        {label}
      </p>
    </div>
  );
}

export const Outcome = ({ total }: { total: BulkTotal }) => (
  <div role="status" className="grid gap-3 text-sm">
    <Failures of={total} />
  </div>
);

function Failures({ of: { failed, failures } }: { of: BulkTotal }) {
  if (failures === 0) return null;
  return (
    <div className="grid gap-1.5">
      <p>{counted(words.cannot, failures)}</p>
      <ul className="grid gap-1 text-muted">
        {failed.map(({ id, message }) => (
          <li key={id} className="break-words">
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
