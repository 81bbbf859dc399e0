import type { Load, Loaded } from '../processes/load-generator.ts';
import { answerAsks, startProcess, type Process } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, median, takeTurns, type Effort } from '../rounds.ts';
import { call, createKeysOver, startClaviger } from '../running-claviger.ts';

const KEYS = 1_000;
const CONNECTIONS = 32;
const SECONDS = 2;

const MIN_RATIO = 0.8;
const MAX_P99_RATIO = 2;

interface Turn extends Loaded {
  /** Share of one core that the server took. */
  readonly serverCpu: number;
  /** Processor time of the server for a request; of all figures the one that other programs disturb least. */
  readonly requestUs: number;
}

async function measure(effort: Effort): Promise<Row[]> {
  const generator = await startProcess(new URL('../processes/load-generator.ts', import.meta.url));
  const bareServer = await startProcess(new URL('../processes/bare-server.ts', import.meta.url));
  const claviger = await startClaviger();
  try {
    const bodies = await createKeysOver(claviger, KEYS);
    const verify = { path: '/v1/keys/verify', bodies, connections: CONNECTIONS, status: 200 };
    const headers = { authorization: `Bearer ${claviger.rootKey}` };
    const decision = await call(claviger, 'POST', verify.path, JSON.parse(bodies[0] ?? ''));
    const { url } = await bareServer.ask<{ url: string }>('start', decision);
    const load = { ...verify, headers, seconds: SECONDS * effort.scale };
    const turns = {
      bare: () => turn(generator, bareServer, { ...load, url }),
      verified: () => turn(generator, claviger.process, { ...load, url: claviger.url }),
    };
    await takeTurns({ ...effort, rounds: 2 }, turns);
    return rowsOf(await takeTurns(effort, turns));
  } finally {
    for (const process of [generator, bareServer, claviger.process]) await process.stop();
  }
}

async function turn(generator: Process, server: Process, load: Load): Promise<Turn> {
  const cpuBegun = await server.ask<number>('cpuTime');
  const begun = performance.now();
  const loaded = await generator.ask<Loaded>('load', load);
  const seconds = (performance.now() - begun) / 1_000;
  const cpuUs = (await server.ask<number>('cpuTime')) - cpuBegun;
  const requestUs = cpuUs / (loaded.perSecond * load.seconds);
  return { ...loaded, serverCpu: cpuUs / 1e6 / seconds, requestUs };
}

function rowsOf({ bare, verified }: Record<'bare' | 'verified', readonly Turn[]>): Row[] {
  const of = (turns: readonly Turn[], part: keyof Turn) => turns.map((turn) => turn[part]);
  const rate = compare(of(bare, 'perSecond'), of(verified, 'perSecond'));
  const p99 = compare(of(bare, 'p99Ms'), of(verified, 'p99Ms'));
  const middle = (turns: readonly Turn[], part: keyof Turn) => median(of(turns, part)).toFixed(2);
  const describe = (name: string, turns: readonly Turn[]) =>
    `${name}: server ${middle(turns, 'serverCpu')} cores, generator ${middle(turns, 'cpu')} cores, ` +
    `server ${middle(turns, 'requestUs')} µs of processor time a request, ` +
    `p50 ${middle(turns, 'p50Ms')} ms, longest ${middle(turns, 'maxMs')} ms`;
  const baseline = 'bare node:http';
  return [
    {
      what: 'verify over HTTP, key cached',
      baseline,
      unit: '/s',
      compared: rate,
      budget: `≥ ${MIN_RATIO}`,
      met: rate.ratio.median >= MIN_RATIO,
      notes: [describe('bare', bare), describe('Claviger', verified)],
    },
    {
      what: 'verify over HTTP, p99',
      baseline,
      unit: 'ms',
      compared: p99,
      budget: `≤ ${MAX_P99_RATIO}`,
      met: p99.ratio.median <= MAX_P99_RATIO,
    },
  ];
}

answerAsks({ measure });
