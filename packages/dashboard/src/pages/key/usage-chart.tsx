import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { outcomeName } from './outcome-name.ts';
import {
  barName,
  tickName,
  type UsageBar,
  type UsageRange,
  type UsageSeries,
} from './usage-range.ts';

interface UsageChartProps {
  of: UsageSeries;
  range: UsageRange;
}

const AXIS = { stroke: 'var(--line)', tick: { fill: 'var(--muted)', fontSize: 12 } } as const;

/** A part of its own, as the library behind it is larger than the page. */
export function UsageChart({ of: { bars, outcomes }, range }: UsageChartProps) {
  const name = fill(keyPageTexts.usage.chart, { range: keyPageTexts.usage.rangeNames[range] });
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={[...bars]} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} title={name}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="startMs"
          tickFormatter={(startMs: number) => tickName(startMs, range)}
          tickLine={false}
          minTickGap={28}
          {...AXIS}
        />
        <YAxis allowDecimals={false} width={44} tickLine={false} axisLine={false} {...AXIS} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--sunken)' }}
          content={({ active, payload }) => {
            const bar = payload?.[0]?.payload as UsageBar | undefined;
            return active && bar ? <Shown bar={bar} outcomes={outcomes} range={range} /> : null;
          }}
        />
        {outcomes.map(({ outcome, color }) => (
          <Bar
            key={outcome}
            dataKey={({ counts }: UsageBar) => counts[outcome] ?? 0}
            name={outcomeName(outcome)}
            stackId="all"
            fill={color}
            stroke="var(--surface)"
            strokeWidth={0.75}
            maxBarSize={36}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

function Shown({
  bar,
  outcomes,
  range,
}: {
  bar: UsageBar;
  outcomes: UsageSeries['outcomes'];
  range: UsageRange;
}) {
  const seen = outcomes.filter(({ outcome }) => (bar.counts[outcome] ?? 0) > 0);
  return (
    <div className="grid gap-1 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-lg">
      <p className="font-medium">{barName(bar, range)}</p>
      <p>
        {bar.total.toLocaleString('en')} {keyPageTexts.usage.requests.toLowerCase()}
      </p>
      {seen.map(({ outcome }) => (
        <p key={outcome} className="flex gap-4 text-muted">
          <span className="mr-auto">{outcomeName(outcome)}</span>
          <span className="tabular-nums">{bar.counts[outcome]?.toLocaleString('en')}</span>
        </p>
      ))}
    </div>
  );
}
