import { hash } from 'node:crypto';
import { openClaviger } from '../fixtures.ts';
import { answerAsks } from '../processes/process.ts';
import type { Row } from '../report.ts';
import { compare, takeTurns, type Effort } from '../rounds.ts';
import { AT_ONCE, verifyAll, writeKeys } from '../stored-keys.ts';

const KEYS = 100_000;
const MAX_BYTES = 500;
/** The size of a heap hardly differs from round to round. */
const MAX_ROUNDS = 3;

async function measure(effort: Effort): Promise<Row[]> {
  const { claviger, close } = await openClaviger();
  const tokens = await writeKeys(claviger, Math.round(KEYS * effort.scale));

  const bare = async () => {
    // V8 keeps one string for equal digests: those of the cache would make these free.
    claviger.directory.dropEverything();
    let map = new Map<string, number>();
    const bytes = await growth(() => {
      map = new Map(tokens.map((token, n) => [hash('sha256', token, 'latin1'), n]));
    });
    return bytes / map.size;
  };
  const cached = async () => {
    const { directory, follower } = claviger;
    await follower.renew();
    directory.dropEverything();
    const bytes = await growth(() => verifyAll(claviger, tokens));
    if (directory.size !== tokens.length) throw new Error(`${directory.size} keys are cached`);
    return bytes / directory.size;
  };

  await verifyAll(claviger, tokens.slice(0, AT_ONCE));
  const rounds = Math.min(effort.rounds, MAX_ROUNDS);
  const measured = await takeTurns({ ...effort, rounds }, { bare, cached });
  await close();
  const compared = compare(measured.bare, measured.cached);
  return [
    {
      what: `memory of a cached key, of ${tokens.length.toLocaleString('en-US')}`,
      baseline: 'Map from digest to a number',
      unit: 'B',
      compared,
      budget: `≤ ${MAX_BYTES} B`,
      met: compared.subject <= MAX_BYTES,
    },
  ];
}

/** Bytes that are held after it and were not before. */
async function growth(fill: () => unknown): Promise<number> {
  const before = heldBytes();
  await fill();
  return heldBytes() - before;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

answerAsks({ measure });
