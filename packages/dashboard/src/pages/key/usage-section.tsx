import type { Key, Usage } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { usePart } from '../../lib/use-part.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Loaded, Missing } from '../../ui/loaded.tsx';
import { Blank, Empty, Section } from '../../ui/section.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Time } from '../../ui/time.tsx';
import { outcomeName } from './outcome-name.ts';
import { barName, keyUsageQuery, usageRanges, usageSeries } from './usage-range.ts';
import type { UsageRange, UsageSeries } from './usage-range.ts';

interface UsageSectionProps {
  of: Key;
  range: UsageRange;
  onRange: (range: UsageRange) => void;
}

const words = keyPageTexts.usage;

export function UsageSection({ of: key, range, onRange }: UsageSectionProps) {
  const usage = useQuery(keyUsageQuery(key.organizationId, key.id, range));
  const options = usageRanges.map((each) => [each, words.ranges[each]] as const);
  return (
    <Section
      title={words.title}
      aside={<Segments label={words.range} options={options} value={range} onChange={onRange} />}
    >
      <Loaded query={usage} placeholder={<Placeholder />}>
        {(counts) => <Counts of={counts} range={range} lastUsedAt={key.lastUsedAt} />}
      </Loaded>
    </Section>
  );
}

/** As high as the chart with what is above and below it. */
const Placeholder = () => (
  <div className="grid gap-5 p-5">
    <div className="grid h-13 grid-cols-3 gap-4">
      <Blank />
      <Blank />
      <Blank />
    </div>
    <Blank className="h-64" />
    <Blank className="h-6 w-48" />
    <Blank className="h-6 w-36" />
  </div>
);

function Counts({
  of: usage,
  range,
  lastUsedAt,
}: {
  of: Usage;
  range: UsageRange;
  lastUsedAt: string | null;
}) {
  const series = usageSeries(usage, range);
  const { total, refused } = series;
  const rangeName = { range: words.rangeNames[range] };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-5">
      <dl className="grid min-h-13 grid-cols-[auto_auto_auto] justify-between gap-x-4 gap-y-3 max-sm:grid-cols-2">
        <Sum name={words.requests}>{total.toLocaleString('en')}</Sum>
        <Sum name={words.refused}>
          {refused.toLocaleString('en')}{' '}
          {total > 0 && (
            <span className="text-sm font-normal text-muted">{share.format(refused / total)}</span>
          )}
        </Sum>
        <Sum name={words.lastUsed}>
          <span className="text-base">
            <Time value={lastUsedAt} none={words.never} />
          </span>
        </Sum>
      </dl>
      <div className="h-64">
        {total === 0 ? (
          <Empty title={fill(words.empty.title, rangeName)}>{words.empty.body}</Empty>
        ) : (
          <Chart of={series} range={range} />
        )}
      </div>
      <Legend of={series} />
      <Numbers of={series} range={range} />
    </div>
  );
}

function Chart(props: { of: UsageSeries; range: UsageRange }) {
  const [hasFailed, setFailed] = useState(false);
  const part = usePart(
    () => import('./usage-chart.tsx'),
    !hasFailed,
    () => setFailed(true),
  );
  if (hasFailed) return <Missing what={words.chartFailed} onAgain={() => setFailed(false)} />;
  return part === null ? <Blank className="h-64" /> : <part.UsageChart {...props} />;
}

const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

const Sum = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid content-start gap-0.5">
    <dt className="text-sm text-muted">{name}</dt>
    <dd className="text-xl font-semibold tabular-nums">{children}</dd>
  </div>
);

const Legend = ({ of: { outcomes } }: { of: UsageSeries }) => (
  <ul className="flex min-h-6 flex-wrap gap-x-5 gap-y-1 text-sm">
    {outcomes.map(({ outcome, count, color }) => (
      <li key={outcome} className="flex items-center gap-2">
        <span aria-hidden className="size-3 rounded-sm" style={{ background: color }} />
        {outcomeName(outcome)}
        <span className="tabular-nums text-muted">{count.toLocaleString('en')}</span>
      </li>
    ))}
  </ul>
);

/** What the chart shows, for whoever reads or hears it rather than sees it. */
function Numbers({ of: { bars, outcomes }, range }: { of: UsageSeries; range: UsageRange }) {
  const used = bars.filter(({ total }) => total > 0);
  return (
    <details className="min-h-6 text-sm">
      <summary className="w-fit cursor-pointer text-accent">{words.numbers}</summary>
      <div
        tabIndex={0}
        role="group"
        aria-label={words.title}
        className="mt-3 max-h-80 overflow-auto"
      >
        <table className="w-full text-left">
          <caption className="sr-only">
            {fill(words.caption, { range: words.rangeNames[range] })}
          </caption>
          <thead className="sticky top-0 bg-surface text-muted">
            <tr>
              <th scope="col" className="py-1.5 pr-4 font-medium">
                {words.time}
              </th>
              {outcomes.map(({ outcome }) => (
                <th key={outcome} scope="col" className="py-1.5 pr-4 text-right font-medium">
                  {outcomeName(outcome)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {used.map((bar) => (
              <tr key={bar.startMs}>
                <th scope="row" className="whitespace-nowrap py-1.5 pr-4 font-normal">
                  {barName(bar, range)}
                </th>
                {outcomes.map(({ outcome }) => (
                  <td key={outcome} className="py-1.5 pr-4 text-right tabular-nums">
                    {(bar.counts[outcome] ?? 0).toLocaleString('en')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {range === '30d' && <p className="mt-2 text-muted">{words.utc}</p>}
      </div>
    </details>
  );
}
